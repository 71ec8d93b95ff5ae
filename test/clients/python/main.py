"""hvac, the Python client: carries out CLIENT_TASK and prints one line of JSON for each operation.

It adds nothing to its client: no retry, no wait, no header. CLIENT_SETTING "retry-recipe" is the session that hvac's own
documentation (Advanced Usage, "Retrying Failed Requests") gives to its users.
"""

import json
import os
import time

import hvac
import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

USER, PASSWORD, POLICY = "alice", "wonderland", "app"


def session():
    if os.environ["CLIENT_SETTING"] == "default":
        return None
    retry = Retry(total=3, backoff_factor=0.1, status_forcelist=[412, 500, 502, 503], raise_on_status=False)
    made = requests.Session()
    made.mount("http://", HTTPAdapter(max_retries=retry))
    return made


def client(address, token=None):
    return hvac.Client(url=os.environ[address], token=token, session=session())


def timed(op, work):
    start = time.perf_counter()
    done = {"op": op, "ok": True}
    answer = None
    try:
        answer = work()
    except Exception as error:  # whatever the client throws is what its user sees
        done = {"op": op, "ok": False, "error": f"{type(error).__name__}: {error}"}
    done["ms"] = round((time.perf_counter() - start) * 1000)
    print(json.dumps(done), flush=True)
    return answer


def expect(found, wanted):
    if found != wanted:
        raise AssertionError(f"{found!r}, not {wanted!r}")


def colour(vault, name):
    return vault.secrets.kv.v2.read_secret_version(path=name, raise_on_deleted_version=True)["data"]["data"]["colour"]


def everyday():
    nobody = client("VAULT_ADDR")
    login = timed("login", lambda: nobody.auth.userpass.login(USER, PASSWORD, use_token=False)["auth"]["client_token"])
    vault = client("VAULT_ADDR", login)
    child = timed("create-token", lambda: vault.auth.token.create(policies=[POLICY])["auth"]["client_token"])
    own = client("VAULT_ADDR", child)
    secrets = vault.secrets.kv.v2
    timed("write", lambda: secrets.create_or_update_secret(path="app", secret={"colour": "green"}))
    timed("read", lambda: expect(colour(vault, "app"), "green"))
    timed("list", lambda: expect(secrets.list_secrets(path="")["data"]["keys"], ["app", "given"]))
    timed("lookup", lambda: own.auth.token.lookup_self())
    timed("renew", lambda: own.auth.token.renew_self())
    timed("revoke", lambda: own.auth.token.revoke_self())


def fresh_token():
    active = client("VAULT_ACTIVE_ADDR", os.environ["VAULT_TOKEN"])
    token = timed("create-token", lambda: active.auth.token.create(policies=[POLICY])["auth"]["client_token"])
    vault = client("VAULT_ADDR", token)
    timed("read", lambda: expect(colour(vault, "given"), "blue"))


{"everyday": everyday, "fresh-token": fresh_token}[os.environ["CLIENT_TASK"]]()

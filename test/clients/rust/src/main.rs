//! vaultrs, the Rust client: carries out CLIENT_TASK and prints one line of JSON for each operation.
//!
//! It adds nothing to its client: no retry, no wait, no header.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::env;
use std::time::Instant;
use vaultrs::api::token::requests::CreateTokenRequest;
use vaultrs::auth::userpass;
use vaultrs::client::{VaultClient, VaultClientSettingsBuilder};
use vaultrs::error::ClientError;
use vaultrs::{kv2, token};

const USER: &str = "alice";
const PASSWORD: &str = "wonderland";
const POLICY: &str = "app";

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match variable("CLIENT_TASK").as_str() {
        "everyday" => everyday().await,
        "fresh-token" => fresh_token().await,
        other => panic!("CLIENT_TASK is {other}: it must be everyday or fresh-token"),
    }
}

async fn everyday() {
    let nobody = client("VAULT_ADDR", "");
    let login = timed("login", async {
        Ok(userpass::login(&nobody, "userpass", USER, PASSWORD)
            .await?
            .client_token)
    });
    let vault = client("VAULT_ADDR", &login.await.unwrap_or_default());
    let child = timed("create-token", create_token(&vault))
        .await
        .unwrap_or_default();
    let own = client("VAULT_ADDR", &child);
    let green = HashMap::from([("colour", "green")]);
    timed("write", async {
        Ok(kv2::set(&vault, "secret", "app", &green).await?)
    })
    .await;
    timed("read", expect_colour(&vault, "app", "green")).await;
    timed("list", async {
        expect(
            kv2::list(&vault, "secret", "").await?,
            vec!["app".to_owned(), "given".to_owned()],
        )
    })
    .await;
    timed("lookup", async { Ok(token::lookup_self(&own).await?) }).await;
    timed("renew", async { Ok(token::renew_self(&own, None).await?) }).await;
    timed("revoke", async { Ok(token::revoke_self(&own).await?) }).await;
}

async fn fresh_token() {
    let active = client("VAULT_ACTIVE_ADDR", &variable("VAULT_TOKEN"));
    let fresh = timed("create-token", create_token(&active))
        .await
        .unwrap_or_default();
    let vault = client("VAULT_ADDR", &fresh);
    timed("read", expect_colour(&vault, "given", "blue")).await;
}

/// What went wrong: in the client's own words and with its status, or an answer other than expected.
enum Failed {
    Client(ClientError),
    Answer(String),
}

impl From<ClientError> for Failed {
    fn from(error: ClientError) -> Self {
        Failed::Client(error)
    }
}

async fn create_token(vault: &VaultClient) -> Result<String, Failed> {
    let mut request = CreateTokenRequest::builder();
    request.policies(vec![POLICY.to_owned()]);
    Ok(token::new(vault, Some(&mut request)).await?.client_token)
}

async fn expect_colour(vault: &VaultClient, name: &str, colour: &str) -> Result<(), Failed> {
    let data: HashMap<String, String> = kv2::read(vault, "secret", name).await?;
    expect(data.get("colour").cloned(), Some(colour.to_owned()))
}

fn expect<T: PartialEq + std::fmt::Debug>(found: T, wanted: T) -> Result<(), Failed> {
    if found == wanted {
        Ok(())
    } else {
        Err(Failed::Answer(format!("{found:?}, not {wanted:?}")))
    }
}

async fn timed<T>(op: &str, work: impl Future<Output = Result<T, Failed>>) -> Option<T> {
    let start = Instant::now();
    let outcome = work.await;
    let mut line =
        json!({ "op": op, "ok": outcome.is_ok(), "ms": start.elapsed().as_millis() as u64 });
    match &outcome {
        Ok(_) => {}
        Err(Failed::Answer(told)) => line["error"] = Value::from(told.as_str()),
        Err(Failed::Client(error)) => {
            line["error"] = Value::from(error.to_string());
            if let ClientError::APIError { code, .. } = error {
                line["status"] = Value::from(*code);
            }
        }
    }
    println!("{line}");
    outcome.ok()
}

fn client(address: &str, token: &str) -> VaultClient {
    let settings = VaultClientSettingsBuilder::default()
        .address(variable(address))
        .token(token)
        .build();
    VaultClient::new(settings.expect("settings of a client")).expect("a client")
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set"))
}

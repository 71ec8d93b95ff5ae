import io.github.jopenlibs.vault.Vault;
import io.github.jopenlibs.vault.VaultConfig;
import io.github.jopenlibs.vault.VaultException;
import io.github.jopenlibs.vault.api.Auth.TokenRequest;
import io.github.jopenlibs.vault.json.JsonObject;
import io.github.jopenlibs.vault.response.LogicalResponse;
import java.util.List;
import java.util.Map;

/**
 * vault-java-driver of jopenlibs: carries out CLIENT_TASK and prints one line of JSON for each operation. It adds nothing to its
 * client: no retry, no wait, no header. CLIENT_SETTING "with-retries" asks the client for five retries, a second apart.
 */
public final class Main {
    private static final String USER = "alice";
    private static final String PASSWORD = "wonderland";
    private static final String POLICY = "app";

    public static void main(String[] arguments) throws VaultException {
        switch (System.getenv("CLIENT_TASK")) {
            case "everyday" -> everyday();
            case "fresh-token" -> freshToken();
            default -> throw new IllegalArgumentException("CLIENT_TASK must be everyday or fresh-token");
        }
    }

    private static void everyday() throws VaultException {
        Vault nobody = client("VAULT_ADDR", null);
        String login = timed("login", () -> nobody.auth().loginByUserPass(USER, PASSWORD).getAuthClientToken());
        Vault vault = client("VAULT_ADDR", login);
        String child = timed("create-token", () -> createToken(vault));
        Vault own = client("VAULT_ADDR", child);
        timed("write", () -> accepted(vault.logical().write("secret/app", Map.of("colour", "green"))));
        timed("read", () -> expect(colour(vault, "app"), "green"));
        timed("list", () -> expect(vault.logical().list("secret").getListData(), List.of("app", "given")));
        timed("lookup", () -> own.auth().lookupSelf());
        timed("renew", () -> own.auth().renewSelf());
        timed("revoke", () -> {
            own.auth().revokeSelf();
            return null;
        });
    }

    private static void freshToken() throws VaultException {
        Vault active = client("VAULT_ACTIVE_ADDR", System.getenv("VAULT_TOKEN"));
        String token = timed("create-token", () -> createToken(active));
        Vault vault = client("VAULT_ADDR", token);
        timed("read", () -> expect(colour(vault, "given"), "blue"));
    }

    private static Vault client(String address, String token) throws VaultException {
        Vault made = Vault.create(new VaultConfig().address(System.getenv(address)).token(token).build(), 2);
        return System.getenv("CLIENT_SETTING").equals("with-retries") ? made.withRetries(5, 1000) : made;
    }

    private static String createToken(Vault vault) throws VaultException {
        return vault.auth().createToken(new TokenRequest().polices(List.of(POLICY))).getAuthClientToken();
    }

    private static String colour(Vault vault, String name) throws VaultException {
        return accepted(vault.logical().read("secret/" + name)).getData().get("colour");
    }

    /** The client answers some refusals as values. */
    private static LogicalResponse accepted(LogicalResponse response) throws VaultException {
        int status = response.getRestResponse().getStatus();
        if (status >= 400) throw new VaultException("answered with " + status, status);
        return response;
    }

    private static <T> T expect(T found, T wanted) throws VaultException {
        if (!wanted.equals(found)) throw new VaultException(found + ", not " + wanted);
        return found;
    }

    private interface Work<T> {
        T call() throws VaultException;
    }

    private static <T> T timed(String op, Work<T> work) {
        long start = System.nanoTime();
        JsonObject line = new JsonObject().add("op", op);
        T answer = null;
        try {
            answer = work.call();
            line.add("ok", true);
        } catch (VaultException error) {
            line.add("ok", false).add("error", String.valueOf(error.getMessage()));
            if (error.getHttpStatusCode() != 0) line.add("status", error.getHttpStatusCode());
        }
        System.out.println(line.add("ms", (System.nanoTime() - start) / 1_000_000));
        return answer;
    }
}

// The official Go client: carries out CLIENT_TASK and prints one line of JSON for each operation.
//
// It adds nothing to its client: no retry, no wait, no header. CLIENT_SETTING "bare-config" makes the client from a literal
// Config instead of DefaultConfig, as some programs do; its retries are then none.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/vault/api"
)

const user, password, policy = "alice", "wonderland", "app"

type done struct {
	Op     string `json:"op"`
	OK     bool   `json:"ok"`
	Status int    `json:"status,omitempty"`
	Error  string `json:"error,omitempty"`
	Ms     int64  `json:"ms"`
}

func main() {
	tasks := map[string]func(){"everyday": everyday, "fresh-token": freshToken}
	task, known := tasks[os.Getenv("CLIENT_TASK")]
	if !known {
		fmt.Fprintln(os.Stderr, "CLIENT_TASK must be everyday or fresh-token")
		os.Exit(2)
	}
	task()
}

func everyday() {
	nobody := client("VAULT_ADDR", "")
	token := timed("login", func() (string, error) {
		return clientToken(nobody.Logical().Write("auth/userpass/login/"+user, map[string]any{"password": password}))
	})
	vault := client("VAULT_ADDR", token)
	child := timed("create-token", func() (string, error) { return createToken(vault) })
	own := client("VAULT_ADDR", child).Auth().Token()
	timed("write", func() (string, error) {
		_, err := vault.Logical().Write("secret/data/app", map[string]any{"data": map[string]any{"colour": "green"}})
		return "", err
	})
	timed("read", func() (string, error) { return "", expectColour(vault, "app", "green") })
	timed("list", func() (string, error) { return "", expectNames(vault, "app given") })
	timed("lookup", func() (string, error) { _, err := own.LookupSelf(); return "", err })
	timed("renew", func() (string, error) { _, err := own.RenewSelf(0); return "", err })
	timed("revoke", func() (string, error) { return "", own.RevokeSelf("") })
}

func freshToken() {
	active := client("VAULT_ACTIVE_ADDR", os.Getenv("VAULT_TOKEN"))
	token := timed("create-token", func() (string, error) { return createToken(active) })
	vault := client("VAULT_ADDR", token)
	timed("read", func() (string, error) { return "", expectColour(vault, "given", "blue") })
}

func client(address, token string) *api.Client {
	config := api.DefaultConfig()
	if os.Getenv("CLIENT_SETTING") == "bare-config" {
		config = &api.Config{}
	}
	config.Address = os.Getenv(address)
	made, err := api.NewClient(config)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	made.SetToken(token)
	return made
}

func createToken(vault *api.Client) (string, error) {
	return clientToken(vault.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{policy}}))
}

func clientToken(secret *api.Secret, err error) (string, error) {
	if err != nil {
		return "", err
	}
	return secret.Auth.ClientToken, nil
}

func expectColour(vault *api.Client, name, colour string) error {
	secret, err := vault.Logical().Read("secret/data/" + name)
	if err != nil {
		return err
	}
	if secret == nil {
		return fmt.Errorf("no secret %s", name)
	}
	data, _ := secret.Data["data"].(map[string]any)
	if data["colour"] != colour {
		return fmt.Errorf("%v, not the colour %s", secret.Data, colour)
	}
	return nil
}

func expectNames(vault *api.Client, names string) error {
	secret, err := vault.Logical().List("secret/metadata")
	if err != nil {
		return err
	}
	found := strings.Trim(fmt.Sprint(secret.Data["keys"]), "[]")
	if found != names {
		return fmt.Errorf("%s, not %s", found, names)
	}
	return nil
}

func timed(op string, work func() (string, error)) string {
	start := time.Now()
	answer, err := work()
	line := done{Op: op, OK: err == nil, Ms: time.Since(start).Milliseconds()}
	if err != nil {
		line.Error = err.Error()
		var response *api.ResponseError
		if errors.As(err, &response) {
			line.Status = response.StatusCode
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		os.Exit(1)
	}
	return answer
}

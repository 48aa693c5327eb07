// Come here for the district's OpenID Connect provider in the tests: who its clients are, the first
// argument says, and where the file of its people is, which may change at any time; whoever types a
// person's name and any password is that person.
import { readFileSync } from "node:fs";
import { Provider } from "oidc-provider";

const { port, clients, people, ways } = JSON.parse(process.argv[2]);

const said_of = (name) => JSON.parse(readFileSync(people, "utf8"))[name];
const account = (name) => ({
  accountId: name,
  claims: () => ({ sub: name, preferred_username: name, ...said_of(name) }),
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  clientAuthMethods: ways,
  claims: { openid: ["sub"], profile: ["preferred_username", "groups", "jurisdictions"] },
  cookies: { keys: ["a key of these tests"] },
  features: { backchannelLogout: { enabled: true }, deviceFlow: { enabled: true } },
  // We listen on the loopback address, which it would not call otherwise.
  fetch: (url, { dispatcher, ...options }) => globalThis.fetch(url, options),
  findAccount: (_, name) => (said_of(name) ? account(name) : undefined),
  issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
  pkce: { required: () => true },
});
provider.on("backchannel.error", (_, error) => console.error("nobody was told:", error));
provider.listen(port, "127.0.0.1");

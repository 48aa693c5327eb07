// Come here for the district's OpenID Connect provider in the tests: who its clients and people
// are, the first argument says; whoever types a person's name and any password is that person.
import { Provider } from "oidc-provider";

const { port, clients, people, ways } = JSON.parse(process.argv[2]);

const account = (name) => ({
  accountId: name,
  claims: () => ({ sub: name, preferred_username: name, ...people[name] }),
});

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients,
  clientAuthMethods: ways,
  claims: { openid: ["sub"], profile: ["preferred_username", "groups", "jurisdictions"] },
  cookies: { keys: ["a key of these tests"] },
  features: { deviceFlow: { enabled: true } },
  findAccount: (_, name) => (name in people ? account(name) : undefined),
  pkce: { required: () => true },
});
provider.listen(port, "127.0.0.1");

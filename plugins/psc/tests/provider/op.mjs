// A real OpenID provider with the outward shape of Pro Santé Connect, on free ports of the loopback.
// node op.mjs KEY.pem CERTIFICATE.pem AUTHORITY.pem SECRET: prints one line of JSON when it listens, ends with its input.
import crypto from 'node:crypto';
import fs from 'node:fs';
import https from 'node:https';
import { Provider } from 'oidc-provider';

const [key, cert, ca, secret] = process.argv.slice(2).map((argument, at) => (at < 3 ? fs.readFileSync(argument) : argument));
const REALM = '/auth/realms/essai';
const CONNECT = '/protocol/openid-connect';
const tls = { key, cert, ca: [ca], requestCert: true, rejectUnauthorized: false };

const listening = (answer) => new Promise((resolve) => {
  const server = https.createServer(tls, answer);
  server.listen(0, '127.0.0.1', () => resolve(server.address().port));
});

let handle = (req, res) => res.writeHead(503).end();
const realmPort = await listening((req, res) => {
  if (!req.url.startsWith(`${REALM}/`)) {
    res.writeHead(404).end();
    return;
  }
  const inside = req.url.slice(REALM.length);
  req.url = inside.replace('/.well-known/wallet-openid-configuration', '/.well-known/openid-configuration');
  req.originalUrl = REALM + req.url;
  handle(req, res);
});
const walletPort = await listening((req, res) => handle(req, res));
const issuer = `https://127.0.0.1:${realmPort}${REALM}`;

const client = (more) => ({
  application_type: 'native',
  redirect_uris: ['http://127.0.0.1/caducee/psc'],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  ...more,
});
const subject = (certificate) => ['CN', 'OU'].filter((name) => certificate[name])
  .map((name) => `${name}=${certificate[name]}`).join(',');

const structure = (name, identifier) => ({
  codeModeExercice: 'L',
  codeSecteurDactivite: 'SA07',
  raisonSocialeSite: name,
  identifiantTechniqueDeLaStructure: identifier,
  numeroSiretSite: '',
  numeroFinessSite: '',
});
const person = (id) => ({
  sub: id,
  SubjectNameID: id,
  given_name: 'CAMILLE',
  family_name: 'ESSAI-ROUX',
  SubjectOrganization: 'Cabinet du Dr Roux',
  SubjectOrganizationID: '499700000017001',
  SubjectRefPro: {
    codeCivilite: '',
    exercices: [{
      codeProfession: '10',
      codeCategorieProfessionnelle: 'C',
      nomDexercice: 'ESSAI-ROUX',
      prenomDexercice: 'CAMILLE',
      codeTypeSavoirFaire: 'S',
      codeSavoirFaire: 'SM26',
      activities: [structure('Cabinet du Dr Roux', '499700000017001'), structure('Cabinet de la Mer', '499700000017002')],
    }],
  },
});

const signing = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const provider = new Provider(issuer, {
  jwks: { keys: [{ ...signing, use: 'sig', alg: 'RS256', kid: 'essai' }] },
  clients: [
    client({ client_id: 'lgc-secret', client_secret: secret }),
    client({ client_id: 'lgc-signed', client_secret: secret, userinfo_signed_response_alg: 'RS256' }),
    client({ client_id: 'lgc-certificate', token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: 'CN=lgc' }),
  ],
  clientAuthMethods: ['client_secret_basic', 'tls_client_auth'],
  scopes: ['openid', 'scope_all'],
  claims: {
    openid: ['sub'],
    scope_all: ['SubjectNameID', 'SubjectRefPro', 'SubjectOrganization', 'SubjectOrganizationID', 'given_name', 'family_name'],
  },
  acrValues: ['eidas1'],
  pkce: { required: () => true },
  cookies: { keys: [crypto.randomBytes(16).toString('hex')] },
  issueRefreshToken: async () => true,
  rotateRefreshToken: true,
  ttl: { AccessToken: 120, IdToken: 120, RefreshToken: 1800, Session: 14400, Grant: 14400, Interaction: 600 },
  routes: {
    authorization: '/auth',
    token: `${CONNECT}/token`,
    introspection: `${CONNECT}/token/introspect`,
    userinfo: `${CONNECT}/userinfo`,
    end_session: `${CONNECT}/logout`,
    jwks: `${CONNECT}/certs`,
    revocation: `${CONNECT}/revoke`,
  },
  features: {
    devInteractions: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    rpInitiatedLogout: { enabled: true },
    jwtUserinfo: { enabled: true },
    mTLS: {
      enabled: true,
      tlsClientAuth: true,
      getCertificate: (ctx) => ctx.socket.getPeerX509Certificate()?.toString(),
      certificateAuthorized: (ctx) => ctx.socket.authorized,
      certificateSubjectMatches: (ctx, property, expected) => subject(ctx.socket.getPeerCertificate().subject) === expected,
    },
  },
  findAccount: async (ctx, id) => ({ accountId: id, claims: async () => person(id) }),
});
provider.use(async (ctx, next) => {
  await next();
  if (ctx.oidc?.route === 'discovery') ctx.body.authorization_endpoint = `https://127.0.0.1:${walletPort}/auth`;
});
provider.on('server_error', (ctx, error) => console.error(error));

handle = provider.callback();
process.stdin.resume().on('end', () => process.exit(0));
console.log(JSON.stringify({ issuer }));

import { Aws, CfnOutput, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import {
  AccountRecovery,
  ClientAttributes,
  FeaturePlan,
  Mfa,
  OAuthScope,
  StringAttribute,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { type OidcSignIn, signedInPath } from '#shared/api/console-config.ts';
import type { Settings } from '../settings.ts';

/** Whose tokens the API takes. */
export interface TokenIssuer {
  readonly url: string;
  readonly audience: readonly string[];
}

/** Stands in where a stage has no console and names no issuer: the embedded cloud puts its own in the place of any. */
const exampleIssuer = 'https://identity.easysale.example';

export const givenIssuer = ({ jwtIssuer, jwtAudience }: Settings): TokenIssuer => ({
  url: jwtIssuer ?? exampleIssuer,
  audience: jwtAudience,
});

/** Who tells the console and the API who people are. */
export interface Identity {
  /** Origins that the console calls for it. */
  readonly origins: readonly string[];
  /** Makes the console at an address (without a slash at the end) known to it. */
  introduce(consoleUrl: string): { readonly issuer: TokenIssuer; readonly signIn: OidcSignIn };
}

/** The issuer that the settings name, or else a user pool of the stack's own. */
export const createIdentity = (scope: Construct, settings: Settings): Identity =>
  settings.jwtIssuer === undefined
    ? createUserPool(new Construct(scope, 'SignIn'), settings)
    : givenIdentity(settings.jwtIssuer, settings);

function givenIdentity(authority: string, { jwtAudience, consoleClientId }: Settings): Identity {
  const [audience = ''] = jwtAudience;
  const clientId = consoleClientId ?? audience;
  return {
    origins: [new URL(authority).origin],
    introduce: () => ({
      issuer: { url: authority, audience: [...new Set([...jwtAudience, clientId])] },
      signIn: { kind: 'oidc', authority, clientId, scope: 'openid profile email', bearer: 'access_token' },
    }),
  };
}

/**
 * A user pool with its hosted pages. Tenant and role are attributes that operators set and people cannot; tokens carry them as
 * `custom:tenant_id` and `custom:role`. https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
function createUserPool(scope: Construct, settings: Settings): Identity {
  const pool = new UserPool(scope, 'Users', {
    userPoolName: `easysale-sync-${settings.stage}`,
    // Accounts belong to a tenant: whoever runs this makes them.
    selfSignUpEnabled: false,
    signInAliases: { email: true },
    autoVerify: { email: true },
    accountRecovery: AccountRecovery.EMAIL_ONLY,
    passwordPolicy: {
      minLength: 12,
      requireLowercase: true,
      requireUppercase: true,
      requireDigits: true,
      requireSymbols: true,
      tempPasswordValidity: Duration.days(3),
    },
    mfa: Mfa.REQUIRED,
    mfaSecondFactor: { otp: true, sms: false },
    featurePlan: FeaturePlan.ESSENTIALS,
    customAttributes: {
      tenant_id: new StringAttribute({ minLen: 1, maxLen: 200, mutable: true }),
      role: new StringAttribute({ minLen: 1, maxLen: 20, mutable: true }),
    },
    deletionProtection: settings.isProduction,
    removalPolicy: settings.isProduction ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
  });
  Validations.of(pool).acknowledge({
    id: 'AwsSolutions-COG8',
    reason:
      'Threat protection needs the Plus plan; everybody has a second factor, and accounts are made by operators only',
  });
  const domain = pool.addDomain('Pages', {
    cognitoDomain: { domainPrefix: `easysale-sync-${settings.stage}-${Aws.ACCOUNT_ID}` },
  });
  new CfnOutput(scope, 'UserPoolId', { value: pool.userPoolId, description: 'Where the people of the console are' });
  return {
    origins: [`https://cognito-idp.${Aws.REGION}.${Aws.URL_SUFFIX}`, domain.baseUrl()],
    introduce: (consoleUrl) => {
      const { userPoolClientId: clientId } = addConsole(pool, consoleUrl);
      return {
        issuer: { url: pool.userPoolProviderUrl, audience: [clientId] },
        signIn: {
          kind: 'oidc',
          authority: pool.userPoolProviderUrl,
          clientId,
          scope: 'openid email profile',
          // Access tokens of a pool have no attributes of the person.
          bearer: 'id_token',
          logoutUrl: `${domain.baseUrl()}/logout`,
        },
      };
    },
  };
}

function addConsole(pool: UserPool, consoleUrl: string): UserPoolClient {
  return pool.addClient('Console', {
    userPoolClientName: 'console',
    // A browser keeps no secrets: the code is worth nothing without the verifier of PKCE.
    generateSecret: false,
    authFlows: {},
    oAuth: {
      flows: { authorizationCodeGrant: true },
      scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
      callbackUrls: [`${consoleUrl}${signedInPath}`],
      logoutUrls: [`${consoleUrl}/`],
    },
    supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
    readAttributes: new ClientAttributes()
      .withStandardAttributes({ email: true, fullname: true })
      .withCustomAttributes('tenant_id', 'role'),
    // Not tenant and role: nobody raises their own.
    writeAttributes: new ClientAttributes().withStandardAttributes({ fullname: true }),
    accessTokenValidity: Duration.hours(1),
    idTokenValidity: Duration.hours(1),
    refreshTokenValidity: Duration.hours(12),
    enableTokenRevocation: true,
    preventUserExistenceErrors: true,
  });
}

"""The specifications and sections that cases may cite, with their titles and deep links.

A section is added here together with the first case that cites it. Titles are the documents' own; those of
OWASP ASVS are our short forms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_RFC_EDITOR = "https://www.rfc-editor.org/rfc/rfc"
_ASVS = "https://github.com/OWASP/ASVS/blob/v5.0.0/5.0/en/"


@dataclass(frozen=True)
class Section:
    """One section. `url` is complete; `items` is the length of its numbered list, 0 when it has none."""

    title: str
    url: str
    items: int = 0


@dataclass(frozen=True)
class Specification:
    """One document; `sections` maps its section numbers."""

    name: str
    title: str
    sections: Mapping[str, Section]


def _openid(name: str, title: str, page: str, sections: Mapping[str, tuple[str, ...]]) -> Specification:
    """`sections`: number → (anchor, title) or (anchor, title, length of the numbered list)."""
    base = f"https://openid.net/specs/{page}.html"
    return Specification(
        name,
        title,
        {
            number: Section(text, f"{base}#{anchor}", int(items[0]) if items else 0)
            for number, (anchor, text, *items) in sections.items()
        },
    )


def _rfc(number: int, title: str, sections: Mapping[str, str]) -> Specification:
    return Specification(
        f"RFC {number}",
        title,
        {key: Section(text, f"{_RFC_EDITOR}{number}#section-{key}") for key, text in sections.items()},
    )


def _asvs(chapters: Mapping[str, Mapping[str, str]]) -> Specification:
    """`chapters`: file of the chapter → requirement id → short title. ASVS anchors stop at the chapter."""
    return Specification(
        "OWASP ASVS",
        "OWASP Application Security Verification Standard 5.0",
        {key: Section(text, _ASVS + file) for file, ids in chapters.items() for key, text in ids.items()},
    )


_KNOWN = (
    _openid(
        "OIDC Core",
        "OpenID Connect Core 1.0",
        "openid-connect-core-1_0",
        {
            "2": ("IDToken", "ID Token"),
            "3.1": ("CodeFlowAuth", "Authentication using the Authorization Code Flow"),
            "3.1.2.1": ("AuthRequest", "Authentication Request"),
            "3.1.2.6": ("AuthError", "Authentication Error Response"),
            "3.1.2.7": ("AuthResponseValidation", "Authentication Response Validation"),
            "3.1.3": ("TokenEndpoint", "Token Endpoint"),
            "3.1.3.3": ("TokenResponse", "Successful Token Response"),
            "3.1.3.4": ("TokenErrorResponse", "Token Error Response"),
            "3.1.3.5": ("TokenResponseValidation", "Token Response Validation", "3"),
            "3.1.3.6": ("CodeIDToken", "ID Token"),
            "3.1.3.7": ("IDTokenValidation", "ID Token Validation", "13"),
            "3.1.3.8": ("CodeFlowTokenValidation", "Access Token Validation"),
            "3.2.2.1": ("ImplicitAuthRequest", "Authentication Request"),
            "3.2.2.5": ("ImplicitAuthResponse", "Successful Authentication Response"),
            "3.2.2.9": ("ImplicitTokenValidation", "Access Token Validation"),
            "3.2.2.10": ("ImplicitIDToken", "ID Token"),
            "3.3.2.5": ("HybridAuthResponse", "Successful Authentication Response"),
            "3.3.2.10": ("CodeValidation", "Authorization Code Validation"),
            "3.3.2.11": ("HybridIDToken", "ID Token"),
            "3.3.3.6": ("HybridIDToken2", "ID Token"),
            "4": ("ThirdPartyInitiatedLogin", "Initiating Login from a Third Party"),
            "5.1": ("StandardClaims", "Standard Claims"),
            "5.3.1": ("UserInfoRequest", "UserInfo Request"),
            "5.3.2": ("UserInfoResponse", "Successful UserInfo Response"),
            "5.3.3": ("UserInfoError", "UserInfo Error Response"),
            "5.3.4": ("UserInfoResponseValidation", "UserInfo Response Validation", "3"),
            "5.4": ("ScopeClaims", "Requesting Claims using Scope Values"),
            "5.6.2": ("AggregatedDistributedClaims", "Aggregated and Distributed Claims"),
            "5.7": ("ClaimStability", "Claim Stability and Uniqueness"),
            "6.1": ("RequestObject", "Passing a Request Object by Value"),
            "9": ("ClientAuthentication", "Client Authentication"),
            "10.1": ("Signing", "Signing"),
            "10.1.1": ("RotateSigKeys", "Rotation of Asymmetric Signing Keys"),
            "10.2": ("Encryption", "Encryption"),
            "12.2": ("RefreshTokenResponse", "Successful Refresh Response"),
            "15.5.2": ("NonceNotes", "Nonce Implementation Notes"),
            "16.3": ("TokenManufacture", "Token Manufacture/Modification"),
            "16.9": ("TokenReuse", "Token Reuse"),
            "16.11": ("TokenSubstitution", "Token Substitution"),
            "16.15": ("IssuerIdentifier", "Issuer Identifier"),
            "16.17": ("TLSRequirements", "TLS Requirements"),
        },
    ),
    _openid(
        "OIDC Discovery",
        "OpenID Connect Discovery 1.0",
        "openid-connect-discovery-1_0",
        {
            "3": ("ProviderMetadata", "OpenID Provider Metadata"),
            "4.1": ("ProviderConfigurationRequest", "OpenID Provider Configuration Request"),
            "4.2": ("ProviderConfigurationResponse", "OpenID Provider Configuration Response"),
            "4.3": ("ProviderConfigurationValidation", "OpenID Provider Configuration Validation"),
        },
    ),
    _openid(
        "OAuth 2.0 Multiple Response Types",
        "OAuth 2.0 Multiple Response Type Encoding Practices",
        "oauth-v2-multiple-response-types-1_0",
        {"5": ("Combinations", "Definitions of Multiple-Valued Response Type Combinations")},
    ),
    _openid(
        "OAuth 2.0 Form Post",
        "OAuth 2.0 Form Post Response Mode",
        "oauth-v2-form-post-response-mode-1_0",
        {"2": ("FormPostResponseMode", "Form Post Response Mode")},
    ),
    _openid(
        "FAPI 1.0 Advanced",
        "Financial-grade API Security Profile 1.0 - Part 2: Advanced",
        "openid-financial-api-part-2-1_0",
        {"5.2.3.1": ("confidential-client", "ID Token as detached signature")},
    ),
    _rfc(
        6749,
        "The OAuth 2.0 Authorization Framework",
        {
            "2.3": "Client Authentication",
            "2.3.1": "Client Password",
            "3.1": "Authorization Endpoint",
            "3.1.2.4": "Invalid Endpoint",
            "3.2": "Token Endpoint",
            "3.3": "Access Token Scope",
            "4.1.2": "Authorization Response",
            "4.1.2.1": "Error Response",
            "4.1.3": "Access Token Request",
            "4.2.2": "Access Token Response",
            "5.1": "Successful Response",
            "5.2": "Error Response",
            "6": "Refreshing an Access Token",
            "7.1": "Access Token Types",
            "10.5": "Authorization Codes",
            "10.10": "Credentials-Guessing Attacks",
            "10.12": "Cross-Site Request Forgery",
        },
    ),
    _rfc(
        6750,
        "The OAuth 2.0 Authorization Framework: Bearer Token Usage",
        {
            "2.1": "Authorization Request Header Field",
            "2.2": "Form-Encoded Body Parameter",
            "2.3": "URI Query Parameter",
            "3.1": "Error Codes",
            "5.3": "Summary of Recommendations",
        },
    ),
    _rfc(
        7515,
        "JSON Web Signature (JWS)",
        {
            "2": "Terminology",
            "4": "JOSE Header",
            "4.1.1": '"alg" (Algorithm) Header Parameter',
            "4.1.2": '"jku" (JWK Set URL) Header Parameter',
            "4.1.3": '"jwk" (JSON Web Key) Header Parameter',
            "4.1.4": '"kid" (Key ID) Header Parameter',
            "4.1.5": '"x5u" (X.509 URL) Header Parameter',
            "4.1.6": '"x5c" (X.509 Certificate Chain) Header Parameter',
            "4.1.11": '"crit" (Critical) Header Parameter',
            "5.2": "Message Signature or MAC Validation",
        },
    ),
    _rfc(
        7516,
        "JSON Web Encryption (JWE)",
        {"4.1.3": '"zip" (Compression Algorithm) Header Parameter', "5.2": "Message Decryption"},
    ),
    _rfc(
        7517,
        "JSON Web Key (JWK)",
        {
            "4": "JSON Web Key (JWK) Format",
            "4.2": '"use" (Public Key Use) Parameter',
            "4.3": '"key_ops" (Key Operations) Parameter',
            "4.4": '"alg" (Algorithm) Parameter',
            "4.5": '"kid" (Key ID) Parameter',
            "5": "JWK Set Format",
        },
    ),
    _rfc(
        7518,
        "JSON Web Algorithms (JWA)",
        {
            "3.1": '"alg" (Algorithm) Header Parameter Values for JWS',
            "3.3": "Digital Signature with RSASSA-PKCS1-v1_5",
            "3.4": "Digital Signature with ECDSA",
            "3.6": 'Using the Algorithm "none"',
        },
    ),
    _rfc(
        7519,
        "JSON Web Token (JWT)",
        {
            "2": "Terminology",
            "4": "JWT Claims",
            "4.1.1": '"iss" (Issuer) Claim',
            "4.1.3": '"aud" (Audience) Claim',
            "4.1.4": '"exp" (Expiration Time) Claim',
            "4.1.5": '"nbf" (Not Before) Claim',
            "4.1.6": '"iat" (Issued At) Claim',
            "5.1": '"typ" (Type) Header Parameter',
            "5.3": "Replicating Claims as Header Parameters",
            "7.2": "Validating a JWT",
        },
    ),
    _rfc(
        7523,
        "JSON Web Token (JWT) Profile for OAuth 2.0 Client Authentication and Authorization Grants",
        {"3": "JWT Format and Processing Requirements"},
    ),
    _rfc(
        7636,
        "Proof Key for Code Exchange by OAuth Public Clients",
        {
            "4.1": "Client Creates a Code Verifier",
            "4.2": "Client Creates the Code Challenge",
            "4.3": "Client Sends the Code Challenge with the Authorization Request",
            "4.4.1": "Error Response",
            "4.5": "Client Sends the Authorization Code and the Code Verifier to the Token Endpoint",
            "4.6": "Server Verifies code_verifier before Returning the Tokens",
            "7.1": "Entropy of the code_verifier",
            "7.2": "Protection against Eavesdroppers",
        },
    ),
    _rfc(7797, "JSON Web Signature (JWS) Unencoded Payload Option", {"7": "Intended Use by Applications"}),
    _rfc(
        8725,
        "JSON Web Token Best Current Practices",
        {
            "2.8": "Cross-JWT Confusion",
            "2.9": "Indirect Attacks on the Server",
            "3.1": "Perform Algorithm Verification",
            "3.2": "Use Appropriate Algorithms",
            "3.3": "Validate All Cryptographic Operations",
            "3.4": "Validate Cryptographic Inputs",
            "3.5": "Ensure Cryptographic Keys Have Sufficient Entropy",
            "3.6": "Avoid Compression of Encryption Inputs",
            "3.8": "Validate Issuer and Subject",
            "3.9": "Use and Validate Audience",
            "3.10": "Do Not Trust Received Claims",
            "3.11": "Use Explicit Typing",
            "3.12": "Use Mutually Exclusive Validation Rules for Different Kinds of JWTs",
        },
    ),
    _rfc(9068, "JWT Profile for OAuth 2.0 Access Tokens", {"4": "Validating JWT Access Tokens"}),
    _rfc(
        9101,
        "The OAuth 2.0 Authorization Framework: JWT-Secured Authorization Request (JAR)",
        {"4": "Request Object", "10.7": "Parameter Mismatches", "10.8": "Cross-JWT Confusion"},
    ),
    _rfc(9111, "HTTP Caching", {"4.2": "Freshness"}),
    _rfc(
        9110,
        "HTTP Semantics",
        {"10.2.3": "Retry-After", "15": "Status Codes", "15.4": "Redirection 3xx", "15.5": "Client Error 4xx"},
    ),
    _rfc(
        9207,
        "OAuth 2.0 Authorization Server Issuer Identification",
        {"2": "Response Parameter iss", "2.4": "Validating the Issuer Identifier"},
    ),
    _rfc(
        9700,
        "Best Current Practice for OAuth 2.0 Security",
        {
            "2.1": "Protecting Redirect-Based Flows",
            "2.1.1": "Authorization Code Grant",
            "2.1.2": "Implicit Grant",
            "2.5": "Client Authentication",
            "2.6": "Other Recommendations",
            "4.2.4": "Countermeasures (Credential Leakage via Referer Headers)",
            "4.3.1": "Authorization Code in Browser History",
            "4.3.2": "Access Token in Browser History",
            "4.4.1": "Attack Description (Mix-Up Attacks)",
            "4.4.2": "Countermeasures (Mix-Up Attacks)",
            "4.4.2.2": "Mix-Up Defense via Distinct Redirect URIs",
            "4.5.3.1": "PKCE",
            "4.5.3.2": "Nonce",
            "4.6.1": "Countermeasures (Access Token Injection)",
            "4.7.1": "Countermeasures (Cross-Site Request Forgery)",
            "4.11.1": "Client as Open Redirector",
            "4.12": "307 Redirect",
            "4.14.2": "Recommendations (Refresh Token Protection)",
        },
    ),
    _asvs(
        {
            "0x10-V1-Encoding-and-Sanitization.md": {
                "1.2.1": "output encoding",
                "1.3.6": "no server-side request forgery",
            },
            "0x12-V3-Web-Frontend-Security.md": {
                "3.3.1": "Secure cookies",
                "3.3.2": "SameSite cookies",
                "3.3.3": "__Host- cookies",
                "3.3.4": "HttpOnly cookies",
                "3.4.5": "referrer policy",
                "3.7.2": "redirects to an allow-list",
            },
            "0x15-V6-Authentication.md": {
                "6.8.1": "no identity spoofed through another IdP",
                "6.8.2": "signature of assertions present and validated",
                "6.8.4": "acr, amr and auth_time enforced",
            },
            "0x16-V7-Session-Management.md": {
                "7.2.4": "new session token at authentication",
                "7.4.1": "logout ends the session",
                "7.4.2": "a disabled user's sessions end",
                "7.6.1": "session lifetimes of RP and IdP agree",
                "7.6.2": "no session without the user's action",
            },
            "0x18-V9-Self-contained-Tokens.md": {
                "9.1.1": "signature validated before the contents are used",
                "9.1.2": "algorithms from an allow-list, never none",
                "9.1.3": "keys from trusted, configured sources",
                "9.2.1": "within the validity time span",
                "9.2.2": "right type of token for the purpose",
                "9.2.3": "audience checked",
                "9.2.4": "separate audiences per issuer key",
            },
            "0x19-V10-OAuth-and-OIDC.md": {
                "10.1.1": "tokens only to components that need them",
                "10.1.2": "code and ID Token only from this user agent's own transaction",
                "10.2.1": "CSRF protection of the code flow",
                "10.2.2": "mix-up defence",
                "10.2.3": "least scope",
                "10.5.1": "ID Token replay",
                "10.5.2": "user identified by a claim that is never reassigned",
                "10.5.3": "metadata of another issuer rejected",
                "10.5.4": "aud equals client_id",
                "10.5.5": "logout token validated",
            },
            "0x21-V12-Secure-Communication.md": {"12.3.2": "TLS certificates validated"},
        }
    ),
)

SPECIFICATIONS: Mapping[str, Specification] = {known.name: known for known in _KNOWN}
"""Every specification that can be cited, by the name that `Ref` takes."""

ASVS_IDS = frozenset(SPECIFICATIONS["OWASP ASVS"].sections)
"""Requirements of OWASP ASVS 5.0 that bind an RP; 10.3, 10.4, 10.6 and 10.7 bind others."""

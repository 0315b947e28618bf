import { getToken } from 'next-auth/jwt';

const NAME = 'authjs.session-token';

/** The session of a raw Cookie header: the realtime port sees no Next.js request, only the browser's cookies. */
export async function readSession(cookie: string | undefined, secret: string): Promise<{ userId: string; expiresAt: number } | null> {
  if (!cookie) return null;
  // Auth.js uses the prefixed name when the site is served over HTTPS, where the proxy ends TLS.
  const secureCookie = cookie.includes(`__Secure-${NAME}`);
  const token = await getToken({ req: { headers: { cookie } }, secret, secureCookie }).catch(() => null);
  if (!token?.sub || typeof token.exp !== 'number') return null;
  return { userId: token.sub, expiresAt: token.exp * 1000 };
}

import NextAuth, { CredentialsSignin } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { appEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import { findMember, type SessionMember } from './member';
import { authenticate } from './sign-in';

// A function, because the secret is not there yet while `next build` loads this module.
export const { handlers, auth } = NextAuth(() => ({
  secret: appEnv().AUTH_SECRET,
  // The proxy in front decides which host names get here.
  trustHost: true,
  session: { strategy: 'jwt', maxAge: 8 * 60 * 60 },
  pages: { signIn: '/', error: '/' },
  providers: [
    Credentials({
      credentials: { email: { type: 'email' }, password: { type: 'password' } },
      authorize: authenticate,
    }),
  ],
  callbacks: {
    session({ session, token }) {
      if (token.sub) session.user.id = token.sub;
      return session;
    },
  },
  logger: {
    // A mistyped password is no incident, and a stack trace in the log for each one would hide those that are.
    error: (error) => {
      if (error instanceof CredentialsSignin) log.info('sign-in refused');
      else log.error('auth', { type: error.name, error: describeError(error.cause ?? error) });
    },
  },
}));

/** The signed-in member of this request, or null. */
export async function currentMember(): Promise<SessionMember | null> {
  const session = await auth();
  return session?.user?.id ? findMember(session.user.id) : null;
}

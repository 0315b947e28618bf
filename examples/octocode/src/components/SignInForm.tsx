'use client';

import { useRouter } from 'next/navigation';
import { signIn } from 'next-auth/react';
import { type FormEvent, useState } from 'react';

export function SignInForm({ demo }: { demo: boolean }) {
  const router = useRouter();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState('');

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError('');
    try {
      const answer = await signIn('credentials', {
        email: String(form.get('email')),
        password: String(form.get('password')),
        redirect: false,
      });
      if (!answer.error) {
        router.replace('/dashboard');
        return; // the button stays busy until the next page is there
      }
      setError(
        answer.code === 'credentials' ? 'That address and password do not belong together.' : 'Signing in does not work right now. Try again in a moment.',
      );
    } catch {
      setError('The server cannot be reached. Try again in a moment.');
    }
    setBusy(false);
  }

  return (
    <form onSubmit={submit} className="form">
      <label className="field">
        <span>E-mail</span>
        <input name="email" type="email" autoComplete="username" required maxLength={254} placeholder="you@team.example" />
      </label>
      <label className="field">
        <span>Password</span>
        <input name="password" type="password" autoComplete="current-password" required maxLength={200} />
      </label>
      <p className="form-error" role="alert">
        {error}
      </p>
      <button className="button button-primary" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </button>
      {demo && (
        <p className="hint">
          After <code>pnpm db:seed</code>: <code>demo@octocode.example</code>, password <code>octocode-demo</code>
        </p>
      )}
    </form>
  );
}

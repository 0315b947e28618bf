'use client';

import { Logo } from '@/components/Logo';

export default function ErrorPage({ reset }: { error: Error; reset: () => void }) {
  return (
    <main id="main" className="lost">
      <Logo size={72} />
      <h1>An arm got stuck</h1>
      <p className="muted">Something that this page needs does not answer. Your tasks are safe.</p>
      <button className="button button-primary" onClick={reset}>
        Try again
      </button>
    </main>
  );
}

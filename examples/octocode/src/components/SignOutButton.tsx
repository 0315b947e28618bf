'use client';

import { signOut } from 'next-auth/react';

export function SignOutButton() {
  async function leave() {
    // Not Auth.js's own redirect: it would use the address the server listens on, which may be 0.0.0.0.
    await signOut({ redirect: false });
    window.location.reload();
  }
  return (
    <button className="button button-quiet" onClick={leave}>
      Sign out
    </button>
  );
}

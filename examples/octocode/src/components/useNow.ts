'use client';

import { useSyncExternalStore } from 'react';

const TICK_MS = 5_000;

function subscribe(tick: () => void): () => void {
  const timer = setInterval(tick, TICK_MS);
  return () => clearInterval(timer);
}
const now = () => Math.floor(Date.now() / TICK_MS) * TICK_MS;

/** The time, a little coarse; 0 on the server and during hydration, where both sides must render the same. */
export const useNow = (): number => useSyncExternalStore(subscribe, now, () => 0);

export function ago(iso: string, at: number): string {
  const seconds = Math.max(0, Math.round((at - Date.parse(iso)) / 1000));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

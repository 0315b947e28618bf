import type { Reporter } from '@/agent/types';

/** A reporter that writes down what an agent tells, in order. */
export function recorder() {
  const told: string[] = [];
  const reporter: Reporter = {
    plan: async (steps) => void told.push(`plan ${steps.join(' | ')}`),
    begin: async (step) => void told.push(`begin ${step}`),
    say: async (message, level = 'info') => void told.push(level === 'info' ? `say ${message}` : `${level} ${message}`),
  };
  return { told, reporter };
}

export const task = { id: 't1', title: 'Greet people', prompt: 'Say hello to everybody who signs in.', attempt: 1 };
export const never = new AbortController().signal;

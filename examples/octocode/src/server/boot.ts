import { appEnv } from '@/lib/env';
import { shared } from '@/lib/shared';
import { drainOnSignal } from './drain';
import { observeHttp } from './http-observer';
import { startRealtime } from './realtime';

async function start(): Promise<void> {
  const env = appEnv(); // a wrong environment stops the process here, with every mistake listed
  observeHttp();
  const realtime = await startRealtime(env.REALTIME_PORT);
  // In development Next.js itself restarts and stops its processes.
  if (env.NODE_ENV === 'production') drainOnSignal(realtime);
}

export const boot = (): Promise<void> => shared('boot', start);

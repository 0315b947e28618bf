import { db } from './db';
import type { Probe } from './health';
import { commandRedis } from './redis';

/** What app and worker both need in order to do anything useful. */
export const probes: Record<'database' | 'redis', Probe> = {
  database: () => db().$queryRaw`SELECT 1`,
  redis: () => commandRedis().ping(),
};

import { Redis, type RedisOptions } from 'ioredis';
import { commonEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import { existing, shared } from '@/lib/shared';

/** A connection that says when it is lost and when it is back, instead of at each of its many attempts in between. */
export function connect(purpose: string, options: RedisOptions = {}): Redis {
  const redis = new Redis(commonEnv().REDIS_URL, {
    lazyConnect: true,
    connectTimeout: 3_000,
    retryStrategy: (attempt) => Math.min(attempt * 200, 2_000),
    ...options,
  });
  let lost = false;
  redis.on('error', (error) => {
    if (!lost) log.warn('redis connection lost', { purpose, error: describeError(error) });
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) log.info('redis connection is back', { purpose });
    lost = false;
  });
  return redis;
}

/** For commands of requests: tries often and gives up after one retry, so that a request fails instead of hanging. */
export const commandRedis = (): Redis =>
  shared('redis', () => connect('commands', { maxRetriesPerRequest: 1, retryStrategy: () => 400 }));

export const closeRedis = (): void => existing<Redis>('redis')?.disconnect();

import { commonEnv } from '@/lib/env';
import { describeError, log } from '@/lib/log';
import type { TaskEvent } from '@/tasks/view';
import { commandRedis, connect } from './redis';

// Redis publish/subscribe carries every change to every app replica; each passes it on to its own sockets. A message
// that gets lost is no harm: the database has the truth, and a browser reads it again whenever it reconnects.
const channel = () => `${commonEnv().QUEUE_PREFIX}:events`;

/** Never throws: the work that is being reported on matters more than the report. */
export async function publish(event: TaskEvent): Promise<void> {
  const redis = commandRedis();
  // Known to be away: nobody could hear it, and waiting for another failure would only slow the request down.
  if (redis.status === 'reconnecting') return;
  try {
    await redis.publish(channel(), JSON.stringify(event));
  } catch (error) {
    log.warn('event not published', { task: event.task.id, error: describeError(error) });
  }
}

/** Calls `listener` for every event until the returned function is called. Survives lost connections. */
export async function subscribe(listener: (event: TaskEvent) => void): Promise<() => void> {
  const redis = connect('events', { maxRetriesPerRequest: null });
  redis.on('message', (_channel, text) => listener(JSON.parse(text) as TaskEvent));
  // Not awaited: with Redis away the app should start all the same, and ioredis subscribes once it is there.
  const subscribed = redis.subscribe(channel()).catch((error: unknown) => {
    log.error('cannot subscribe to events', { error: describeError(error) });
  });
  await Promise.race([subscribed, new Promise((resolve) => setTimeout(resolve, 1_000).unref())]);
  return () => redis.disconnect();
}

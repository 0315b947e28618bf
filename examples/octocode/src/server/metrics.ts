import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { describeError, log } from '@/lib/log';
import { shared } from '@/lib/shared';
import { withTimeout } from '@/lib/timeout';
import { TASK_STATUSES } from '@/tasks/state';
import { db } from './db';
import { JOB_STATES, queue } from './queue';

const SCRAPE_TIMEOUT_MS = 2_000;

function createMetrics() {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });

  const scrapeErrors = new Counter({
    name: 'octocode_scrape_errors_total',
    help: 'Scrapes that could not read this source',
    labelNames: ['source'],
    registers,
  });

  /** When the source is away, its series are left out: an old number or a zero would be a lie. */
  const gauge = (name: string, help: string, label: string, source: string, load: () => Promise<Map<string, number>>) =>
    new Gauge({
      name,
      help,
      labelNames: [label],
      registers,
      async collect() {
        this.reset();
        try {
          const values = await withTimeout(load(), SCRAPE_TIMEOUT_MS, source);
          for (const [key, value] of values) this.set({ [label]: key }, value);
        } catch (error) {
          scrapeErrors.inc({ source });
          log.warn('metrics source failed', { source, error: describeError(error) });
        }
      },
    });

  gauge('octocode_queue_jobs', 'Jobs in the queue by state', 'state', 'redis', async () => {
    const counts = await queue().getJobCounts(...JOB_STATES);
    return new Map(JOB_STATES.map((state) => [state, counts[state] ?? 0]));
  });
  gauge('octocode_tasks', 'Tasks in the database by status', 'status', 'database', async () => {
    const groups = await db().task.groupBy({ by: ['status'], _count: true });
    return new Map(TASK_STATUSES.map((status) => [status.toLowerCase(), groups.find((g) => g.status === status)?._count ?? 0]));
  });

  return {
    registry,
    httpRequests: new Counter({
      name: 'octocode_http_requests_total',
      help: 'HTTP requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    httpDuration: new Histogram({
      name: 'octocode_http_request_duration_seconds',
      help: 'Time from request to the end of the answer',
      labelNames: ['route', 'method'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    }),
    sockets: new Gauge({ name: 'octocode_realtime_connections', help: 'Open realtime connections of this process', registers }),
    jobs: new Counter({ name: 'octocode_jobs_total', help: 'Jobs this worker has ended', labelNames: ['outcome'], registers }),
    jobDuration: new Histogram({
      name: 'octocode_job_duration_seconds',
      help: 'Time an agent has worked on a job',
      labelNames: ['outcome'],
      buckets: [0.5, 1, 2.5, 5, 10, 30, 60, 120, 300],
      registers,
    }),
  };
}

export type Metrics = ReturnType<typeof createMetrics>;
export const metrics = (): Metrics => shared('metrics', createMetrics);

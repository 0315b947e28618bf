import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { required } from '../helpers/required';

export default function setup(): void {
  required('DATABASE_URL');
  required('REDIS_URL');
  const root = path.resolve(import.meta.dirname, '../..');
  execFileSync(path.join(root, 'node_modules/.bin/prisma'), ['migrate', 'deploy'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
}

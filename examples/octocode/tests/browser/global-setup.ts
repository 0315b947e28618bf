import type { TestProject } from 'vitest/node';
import provideTarget from '../smoke/global-setup';
import { orExit } from '../smoke/target';
import { chromiumPath } from './chromium';

export default function setup(project: TestProject) {
  provideTarget(project);
  orExit(chromiumPath);
}

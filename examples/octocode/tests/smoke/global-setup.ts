import type { TestProject } from 'vitest/node';
import { orExit, type Target, target } from './target';

// Tests say inject('target'): in their own process Vitest uses BASE_URL for something else.
declare module 'vitest' {
  interface ProvidedContext {
    target: Target;
  }
}

export default function provideTarget(project: TestProject) {
  project.provide('target', orExit(target));
}

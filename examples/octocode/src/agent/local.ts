import { createHash } from 'node:crypto';
import { sleep } from '@/lib/timeout';
import { type Agent, AgentError, type AgentTask } from './types';

interface Topic {
  words: RegExp;
  area: string;
  step: string;
}

// What the wording of a task suggests. The first that fits decides the step in the middle of the plan.
const TOPICS: Topic[] = [
  { words: /\b(slow|fast|faster|speed|performance|cache|memory)\b/i, area: 'src/hot-path', step: 'Measure before changing anything' },
  { words: /\b(upgrade|update|dependenc\w*|version|bump)\b/i, area: 'package.json', step: 'Read the changelogs for breaking changes' },
  { words: /\b(docs?|readme|guide|document|explain)\b/i, area: 'docs', step: 'Draft the text from what the code does' },
  { words: /\b(sql|database|migration|schema)\b/i, area: 'prisma', step: 'Plan a migration that works on full tables' },
  { words: /\b(tests?|coverage)\b/i, area: 'tests', step: 'Write the missing cases' },
  { words: /\b(ui|page|button|css|style|layout|dark)\b/i, area: 'src/app', step: 'Sketch the states of the screen' },
  { words: /\b(bug|fix|crash|broken|error|regression|fails)\b/i, area: 'src/core', step: 'Reproduce the fault in a failing test' },
];
const ANY: Topic = { words: /./, area: 'src', step: 'Compare two ways to do it' };

export const topicOf = (task: Pick<AgentTask, 'title' | 'prompt'>): Topic =>
  TOPICS.find(({ words }) => words.test(`${task.title} ${task.prompt}`)) ?? ANY;

/** A number that depends on the task alone: the same task always gets the same answer. */
function seed(task: AgentTask): number {
  return createHash('sha256').update(`${task.title}\n${task.prompt}`).digest().readUInt32BE(0);
}

/** "[fail]" in a description makes the checks fail each time, "[flaky]" only the first time: to try the retry with. */
function wantsFailure(task: AgentTask): boolean {
  return task.prompt.includes('[fail]') || (task.prompt.includes('[flaky]') && task.attempt === 1);
}

/** Works without a key and without a network. It makes no real change; it shows what the rest of the app does. */
export class LocalAgent implements Agent {
  readonly name = 'local';

  constructor(private readonly stepDelayMs: number) {}

  async run(task: AgentTask, reporter: Parameters<Agent['run']>[1], signal: AbortSignal): Promise<string> {
    const topic = topicOf(task);
    const number = seed(task);
    const files = 3 + (number % 6);
    const checks = 12 + (number % 40);
    const pause = () => sleep(this.stepDelayMs / 2, signal);

    const steps: [string, string][] = [
      ['Read the task', `It is about ${topic.area}; ${task.prompt.split(/\s+/).length} words of description.`],
      ['Find the places that matter', `${files} files in ${topic.area} look relevant.`],
      [topic.step, `Done; one file of the ${files} needs to change.`],
      ['Make the change', `Changed ${1 + (number % 2)} file, ${4 + (number % 30)} lines.`],
      ['Run the checks', `${checks} of ${checks} checks passed.`],
    ];
    await reporter.plan(steps.map(([title]) => title));
    for (const [index, [title, outcome]] of steps.entries()) {
      await reporter.begin(index);
      await pause();
      if (title === 'Run the checks' && wantsFailure(task)) {
        throw new AgentError(`The checks failed: ${1 + (number % 3)} of ${checks} did not pass. The change was not kept.`);
      }
      await reporter.say(outcome);
      await pause();
    }
    return [
      `${task.title}: done.`,
      '',
      `The change is confined to ${topic.area}. ${files} files were read and ${checks} checks passed.`,
      'This is the built-in practice agent: it plans and reports like a real one, but edits nothing.',
      'Set ANTHROPIC_API_KEY for the worker to let a model do the thinking.',
    ].join('\n');
  }
}

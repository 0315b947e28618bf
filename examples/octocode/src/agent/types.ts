export interface AgentTask {
  id: string;
  title: string;
  prompt: string;
  attempt: number;
}

/** How an agent tells what it does. Everything it says is kept and shown at once. */
export interface Reporter {
  /** The steps it is going to take; may be called again when the plan changes. */
  plan(steps: string[]): Promise<void>;
  /** It begins with this step (counted from 0). */
  begin(step: number): Promise<void>;
  say(message: string, level?: 'info' | 'warn' | 'error'): Promise<void>;
}

export interface Agent {
  readonly name: string;
  /** Resolves with the result; rejects with an AgentError, or with the signal's reason once that is aborted. */
  run(task: AgentTask, reporter: Reporter, signal: AbortSignal): Promise<string>;
}

/** A failure with a reason that was written for the person who gave the task. */
export class AgentError extends Error {
  override name = 'AgentError';
}

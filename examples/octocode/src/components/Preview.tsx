const STEPS = ['Read the task', 'Find the places that matter', 'Write the missing cases', 'Run the checks'];

/** A still life of what happens after signing in, drawn with the real components' classes. Nothing in it is live. */
export function Preview() {
  return (
    <figure className="preview" aria-label="Example of a task that an agent is working on">
      <div className="preview-head">
        <span className="chip chip-RUNNING">Running</span>
        <span className="preview-title">Cover the retry button with tests</span>
      </div>
      <div className="segments" aria-hidden="true">
        {STEPS.map((step, index) => (
          <span key={step} className={`segment ${index < 2 ? 'is-done' : index === 2 ? 'is-now' : ''}`} />
        ))}
      </div>
      <ol className="preview-log">
        <li>
          <span>2/4</span> 6 files in tests look relevant.
        </li>
        <li>
          <span>3/4</span> Write the missing cases
          <i className="caret" aria-hidden="true" />
        </li>
      </ol>
    </figure>
  );
}

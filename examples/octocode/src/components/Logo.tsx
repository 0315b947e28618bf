/** The octopus whose eyes are the two angle brackets of code. Decoration: the name stands beside it as text. */
export function Logo({ size = 32 }: { size?: number }) {
  return (
    <svg className="logo" width={size} height={size} viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <g fill="none" stroke="currentColor" strokeWidth="3.6" strokeLinecap="round" strokeLinejoin="round">
        <path d="M14 27c0 6-2 8-5 8-2.500 0-4-1.500-4-3.500" />
        <path d="M19.500 29c0 8-2 12-6.500 12" />
        <path d="M24 30v11" />
        <path d="M28.500 29c0 8 2 12 6.500 12" />
        <path d="M34 27c0 6 2 8 5 8 2.500 0 4-1.500 4-3.500" />
      </g>
      <path fill="currentColor" d="M24 5C15.500 5 10 11 10 18.500 10 26 15 31 24 31s14-5 14-12.500C38 11 32.500 5 24 5Z" />
      <path
        className="logo-eyes"
        fill="none"
        strokeWidth="3.2"
        strokeLinecap="round"
        strokeLinejoin="round"
        d="m20.500 15-4 4 4 4M27.500 15l4 4-4 4"
      />
    </svg>
  );
}

export function Brand({ size = 28 }: { size?: number }) {
  return (
    <span className="brand">
      <Logo size={size} />
      <span className="brand-name">
        Octo<b>Code</b>
      </span>
    </span>
  );
}

/** The product's sign: two bubbles that link into one. */
export function Logo({ size = 36, title }: { size?: number; title?: string }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 48 48"
      role={title ? "img" : undefined}
      aria-label={title}
      aria-hidden={title ? undefined : "true"}
      class="shrink-0 text-accent"
    >
      <path
        fill="currentColor"
        d="M14 7h20a9 9 0 0 1 9 9v11a9 9 0 0 1-9 9H22.5l-8.3 6.3A1.4 1.4 0 0 1 12 41.2V36a9 9 0 0 1-7-8.8V16a9 9 0 0 1 9-9Z"
      />
      <path
        class="text-on-accent"
        fill="none"
        stroke="currentColor"
        stroke-width="4"
        stroke-linecap="round"
        d="M20.5 26h-3.2a4.5 4.5 0 0 1 0-9h3.2M27.5 17h3.2a4.5 4.5 0 0 1 0 9h-3.2M20 21.5h8"
      />
    </svg>
  );
}

import "../lib/shared/i18n/add_german.ts";

/**
 * Shows nothing: it brings the German words. A page that speaks German has it, and the modules of all
 * islands of a page are there before the first of them comes to life.
 */
export default function German() {
  return null;
}

/** Somebody whom a visitor may be. */
export interface PlayablePersona {
  /** What `POST /demo?as=` takes. */
  key: string;
  name: string;
  role: string;
}

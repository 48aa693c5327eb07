// Come here for asking again and again for the newest of something, without asking twice at once.

/** Wishes made while one is being fulfilled become one more, afterwards. */
export class LastWish {
  private is_busy = false;
  private is_wished_again = false;
  private later: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly fulfil: () => Promise<void>) {}

  make(): void {
    this.is_wished_again = true;
    if (!this.is_busy) void this.work();
  }

  /** Wished for again after a while, however often that is said meanwhile. */
  make_later(wait_ms: number): void {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.make(), wait_ms);
  }

  private async work(): Promise<void> {
    this.is_busy = true;
    while (this.is_wished_again) {
      this.is_wished_again = false;
      await this.fulfil().catch((error) => reportError(error)); // the next wish is another one
    }
    this.is_busy = false;
  }
}

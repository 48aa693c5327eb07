// Come here for the alarm that rings until somebody acknowledges.

/** Two tones and a rest, in seconds; short enough that speech still gets through. */
const TONES: [hertz: number, seconds: number][] = [
  [880, 0.22],
  [0, 0.06],
  [660, 0.3],
  [0, 1.1],
];
const VOLUME = 0.35;
/** An escalated incident sounds hurried: this much faster a level. */
const HURRY = 0.3;

export class Alarm {
  private readonly context = new AudioContext();
  private readonly tune = compose(this.context);
  private ringing: AudioBufferSourceNode | null = null;

  /** `heard` is called when the browser lets sound out, which it does after a first press. */
  constructor(private readonly heard: () => void) {
    this.context.onstatechange = () => this.is_on && this.heard();
    // A kiosk may allow sound from the start; elsewhere any press or key will do.
    for (const press of ["pointerdown", "keydown"]) {
      document.addEventListener(press, () => void this.context.resume(), { passive: true });
    }
    // Not before the constructor has returned: who hears it asks the alarm.
    if (this.is_on) queueMicrotask(heard);
  }

  get is_on(): boolean {
    return this.context.state === "running";
  }

  /** Rings for the highest escalation level that waits; null: nobody waits. */
  ring(level: number | null): void {
    document.body.dataset.alarm = level === null ? "quiet" : "ringing";
    if (level === null) this.hush();
    else this.sound(level);
  }

  test(): void {
    if (!this.ringing) this.play(false);
  }

  private sound(level: number): void {
    // A looped sound needs no timer: browsers slow the timers of hidden tabs to a minute.
    this.ringing ??= this.play(true);
    this.ringing.playbackRate.value = 1 + HURRY * level;
  }

  private hush(): void {
    this.ringing?.stop();
    this.ringing = null;
  }

  private play(loop: boolean): AudioBufferSourceNode {
    const source = this.context.createBufferSource();
    source.buffer = this.tune;
    source.loop = loop;
    source.connect(this.context.destination);
    source.start();
    return source;
  }
}

function compose(context: AudioContext): AudioBuffer {
  const rate = context.sampleRate;
  const samples = TONES.flatMap(([hertz, seconds]) =>
    tone(hertz, Math.round(seconds * rate), rate),
  );
  const buffer = context.createBuffer(1, samples.length, rate);
  buffer.copyToChannel(Float32Array.from(samples), 0);
  return buffer;
}

/** A sine that swells and fades, so that it does not click. */
function tone(hertz: number, length: number, rate: number): number[] {
  return Array.from({ length }, (_, n) => {
    const edge = Math.min(1, n / 400, (length - n) / 400);
    return VOLUME * edge * Math.sin((2 * Math.PI * hertz * n) / rate);
  });
}

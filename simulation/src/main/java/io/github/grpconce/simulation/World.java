package io.github.grpconce.simulation;

/** What everything in a run shares. */
record World(EventLoop loop, Chance chance, Weather weather, Transcript transcript) {

  /** Begins the world of a seed. */
  static World of(long seed, Transcript.Reader reader) {
    EventLoop loop = new EventLoop();
    Chance chance = new Chance(seed);
    return new World(loop, chance, new Weather(chance.split()), new Transcript(loop, reader));
  }
}

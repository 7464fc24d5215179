package io.github.grpconce.testing.internal.world;

import io.github.grpconce.RequestId;
import io.github.grpconce.testing.internal.process.Host;
import io.github.grpconce.testing.internal.process.Incident;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/** Makes the call, with attempt after attempt if need be, and has a part in what goes wrong. */
public final class Client {

  /** Longer than a guard lets an attempt wait. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  /** In which a server finds what another has left behind, several times over. */
  private static final Duration LONG = Duration.ofSeconds(10);

  /** More than any scenario needs. */
  private static final int MOST_ATTEMPTS = 10;

  private final World world;
  private final Trial<?, ?> trial;
  private final RequestId id;
  private final Queue<Attempt> open = new ArrayDeque<>();
  private final List<Answer> answers = new ArrayList<>();
  private Server server;
  private int attempts;

  public Client(World world, Trial<?, ?> trial, RequestId id) {
    this.world = world;
    this.trial = trial;
    this.id = id;
    this.server = world.startServer();
  }

  /** Returns all answers, in the order in which they came. */
  public List<Answer> answers() {
    return answers;
  }

  /**
   * Makes attempts until one is answered for good.
   *
   * @return the answer to the last one; empty if that has none
   */
  public Optional<Answer> ask() {
    Optional<Answer> answer = Optional.empty();
    for (int i = 0; i < MOST_ATTEMPTS && answer.filter(Answer::isFinal).isEmpty(); i++) {
      if (i > 0) {
        world.pass(BETWEEN_ATTEMPTS);
      }
      answer = await(send(server));
    }
    for (Attempt other = open.poll(); other != null; other = open.poll()) {
      var unused = await(other);
    }
    return answer;
  }

  /** Asks once more, of another server. */
  public Optional<Answer> askAnother() {
    server = world.startServer();
    return ask();
  }

  private Attempt send(Server to) {
    attempts++;
    Attempt attempt = new Attempt(attempts, to, trial, id);
    world.transcript().note("client", "sends " + attempt + " to " + to.host().name());
    attempt.begin();
    return attempt;
  }

  private Optional<Answer> await(Attempt attempt) {
    while (attempt.server().host().isRunning() && !attempt.isCancelled()) {
      if (!world.await(() -> attempt.isAnswered() || world.conductor().hasIncident(), PATIENCE)) {
        world.transcript().note("client", "gives up " + attempt + ", for it is never answered");
        attempt.cancel();
      }
      Optional<Incident> incident = world.conductor().takeIncident();
      if (incident.isPresent()) {
        deal(incident.get(), attempt);
      } else if (attempt.isAnswered()) {
        Answer answer = attempt.answer();
        world.transcript().note("client", attempt + " is answered " + answer);
        answers.add(answer);
        return Optional.of(answer);
      }
    }
    return Optional.empty();
  }

  private void deal(Incident incident, Attempt attempt) {
    switch (incident.mishap()) {
      case SERVER_STANDS_STILL -> answerElsewhere(incident);
      case HEDGED -> doubleAt(world.startServer(), incident);
      case DUPLICATED -> doubleAt(attempt.server(), incident);
      case CLIENT_LEAVES -> {
        attempt.cancel();
        world.settle();
        world.doNow(incident.goOn());
      }
      case SERVER_DIES_FORGOTTEN -> {
        die(incident.host());
        world.pass(LONG);
      }
      default -> die(incident.host());
    }
  }

  private void answerElsewhere(Incident incident) {
    incident.host().standStill();
    world.doNow(incident.goOn());
    var unused = await(send(world.startServer()));
    world.transcript().noteMishap(incident.host().name() + " goes on");
    incident.host().goOn().forEach(world::doNow);
  }

  private void doubleAt(Server other, Incident incident) {
    open.add(send(other));
    world.settle();
    world.doNow(incident.goOn());
  }

  private void die(Host host) {
    host.die();
    if (server.host() == host) {
      server = world.startServer();
    }
  }
}

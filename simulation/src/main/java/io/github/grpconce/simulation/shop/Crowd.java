package io.github.grpconce.simulation.shop;

import io.github.grpconce.client.IdempotencyClientInterceptor;
import io.github.grpconce.simulation.network.Network;
import io.github.grpconce.simulation.world.Chance;
import io.github.grpconce.simulation.world.Host;
import io.github.grpconce.simulation.world.SkewedClock;
import io.github.grpconce.simulation.world.World;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** All shoppers of a run: most come during the storm, and some when it is long over. */
public final class Crowd {

  /** How long purchases keep coming in, if not for the whole storm: so that they meet. */
  private static final Duration RUSH = Duration.ofSeconds(2);

  private static final int FEWEST_PURCHASES = 5;
  private static final int MOST_PURCHASES = 20;
  private static final int LATE_PURCHASES = 4;

  private final World world;
  private final Network network;
  private final Chance chance;
  private final Host host;
  private final ShoppingList list;
  private final List<Shopper> shoppers = new ArrayList<>();

  public Crowd(World world, Network network) {
    this.world = world;
    this.network = network;
    this.chance = world.chance().split();
    this.host = new Host("shoppers", world.loop(), chance.split(), unharmed -> {});
    this.list = new ShoppingList(chance.split(), new SkewedClock(world.loop(), Duration.ZERO));
  }

  /** Has shoppers come while the storm lasts. */
  public void come(Duration storm) {
    Duration open = chance.nextBoolean() ? storm : RUSH;
    int count = chance.nextInt(FEWEST_PURCHASES, MOST_PURCHASES + 1);
    for (int i = 0; i < count; i++) {
      host.schedule(chance.upTo(open), () -> begin(list.next()));
    }
  }

  /** Has some more come within a while: they must find that all is well again. */
  public void comeLate(Duration within) {
    for (int i = 0; i < LATE_PURCHASES; i++) {
      host.schedule(chance.upTo(within), () -> begin(list.nextInAHurry()));
    }
  }

  private void begin(Purchase purchase) {
    Channel channel =
        ClientInterceptors.intercept(
            network.from(host, purchase.caller()),
            IdempotencyClientInterceptor.create(list::timeBearing));
    Shopper shopper = new Shopper(world, host, channel, purchase);
    shoppers.add(shopper);
    shopper.attempt();
  }

  /** Returns those who have come by now. */
  public List<Shopper> shoppers() {
    return shoppers;
  }
}

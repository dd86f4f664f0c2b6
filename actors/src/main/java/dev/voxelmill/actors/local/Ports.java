package dev.voxelmill.actors.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Free TCP ports on the loopback address. They lie below those that Linux gives to connections
 * (32768 and up): a process that is killed and started again must find its port as it left it.
 */
public final class Ports {
  private static final int FIRST = 20_000;
  private static final int END = 32_768;
  private static final int TRIES = 10_000;

  private Ports() {}

  /**
   * Ports that are free now. Nothing keeps them free until they are bound, so whoever binds one
   * must be able to say that it is taken.
   *
   * @param except ports that will be bound soon
   * @throws IOException if there are not so many
   */
  public static List<Integer> free(int count, Integer... except) throws IOException {
    Set<Integer> found = new LinkedHashSet<>();
    for (int i = 0; i < TRIES && found.size() < count; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      if (!List.of(except).contains(port) && isFree(port)) {
        found.add(port);
      }
    }
    if (found.size() < count) {
      throw new IOException(
          "free ports: %d (expected: %d from %d to %d)"
              .formatted(found.size(), count, FIRST, END - 1));
    }
    return List.copyOf(found);
  }

  /** Whether a server could listen on the port now. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return socket.isBound();
    } catch (IOException e) {
      // Taken, or not ours to bind: either way a server cannot listen there.
      return false;
    }
  }
}

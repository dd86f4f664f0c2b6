package dev.voxelmill.storage.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The listening sockets of one broker, bound before the broker starts.
 *
 * <p>Kafka must know its own port before it binds it, since it announces that port to clients. To
 * choose a free port, close it and let Kafka bind it again leaves a moment in which another process
 * takes it, and Kafka ends the JVM when it cannot bind. So the sockets are bound here, once, and
 * Kafka is handed them as they are.
 */
final class Listeners implements ServerSocketFactory, AutoCloseable {
  private static final int BACKLOG = 50;

  private final Map<Integer, ServerSocketChannel> bound = new HashMap<>();

  /** Binds an address of this machine and returns its port; 0 chooses a free one. */
  int bind(InetSocketAddress wanted) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.bind(wanted, BACKLOG);
    } catch (IOException e) {
      channel.close();
      throw new IOException(
          "port: %d (expected: free on %s; fix: choose another one, or 0)"
              .formatted(wanted.getPort(), wanted.getAddress().getHostAddress()),
          e);
    }
    int port = channel.socket().getLocalPort();
    bound.put(port, channel);
    return port;
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int listenBacklogSize, int receiveBufferSize)
      throws IOException {
    ServerSocketChannel channel = bound.remove(address.getPort());
    if (channel == null) {
      throw new IOException("port: " + address.getPort() + " (expected: one of " + bound + ")");
    }
    channel.configureBlocking(false);
    return channel;
  }

  /** Closes the sockets that Kafka has not taken over. */
  @Override
  public void close() throws IOException {
    for (ServerSocketChannel channel : bound.values()) {
      channel.close();
    }
  }

  static InetAddress loopback() throws IOException {
    return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
  }
}

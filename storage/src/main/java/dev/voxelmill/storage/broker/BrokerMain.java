package dev.voxelmill.storage.broker;

import dev.voxelmill.protocols.launch.Program;
import dev.voxelmill.protocols.launch.ServiceOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * The {@code broker} process. Prints {@code READY HOST:PORT} on standard output once clients can
 * connect; ends on SIGTERM and, if asked, when its standard input closes, which is how a child
 * notices that its parent is gone.
 */
@Command(
    name = "broker",
    mixinStandardHelpOptions = true,
    description = "Runs the embedded Kafka broker until it is told to stop.",
    footer = {
      "",
      "Example: ./voxelmill broker --data voxelmill-out/broker --port 9092",
      "Exit codes: 0 stopped as told, 1 the broker failed, 2 wrong usage."
    })
public final class BrokerMain implements Callable<Integer> {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "Directory of the records; created when it does not exist.")
  private Path directory = Path.of("");

  @Option(
      names = "--port",
      defaultValue = "0",
      paramLabel = "P",
      description = "Port of clients; 0, the default, chooses a free one.")
  private int port;

  @Option(
      names = "--host",
      paramLabel = "H",
      defaultValue = "127.0.0.1",
      description = "Address of this machine that clients reach (default: ${DEFAULT-VALUE}).")
  private String host = "";

  @Mixin private ServiceOptions service = new ServiceOptions();

  /** Runs the part. */
  public static void main(String[] args) {
    Program.run(new BrokerMain(), args);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    EmbeddedBroker broker =
        EmbeddedBroker.start(
            directory,
            new InetSocketAddress(InetAddress.getByName(host), port),
            BrokerConfig.load());
    Program.atExit(
        () -> {
          broker.close();
          return CommandLine.ExitCode.OK;
        });
    service.watchParent();
    Program.ready(broker.bootstrap());
    new CountDownLatch(1).await();
    return CommandLine.ExitCode.OK;
  }
}

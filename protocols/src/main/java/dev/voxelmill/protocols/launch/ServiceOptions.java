package dev.voxelmill.protocols.launch;

import dev.voxelmill.protocols.config.ConfFile;
import java.io.IOException;
import java.io.OutputStream;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Option;

/** What every long-running part can be told on its command line. */
public final class ServiceOptions {
  @Option(
      names = "--stop-on-stdin-close",
      description = "Stop when standard input closes, so that no child outlives its parent.")
  private boolean stopOnStdinClose;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description =
          "Values of conf/profiles/NAME.conf: fast suits one machine, production several"
              + " (default: $VOXELMILL_PROFILE, else fast).")
  void profile(String name) {
    System.setProperty(ConfFile.PROFILE, name);
  }

  /** Ends the JVM, as a signal does, when the parent is gone; does nothing unless asked to. */
  public void watchParent() {
    if (stopOnStdinClose) {
      Thread.ofPlatform().name("stdin").daemon().start(ServiceOptions::exitAtEndOfInput);
    }
  }

  private static void exitAtEndOfInput() {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      LoggerFactory.getLogger(ServiceOptions.class).info("standard input failed: {}", e.toString());
    }
    System.exit(0);
  }
}

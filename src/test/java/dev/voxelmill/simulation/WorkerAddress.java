package dev.voxelmill.simulation;

import dev.voxelmill.protocols.worker.WorkerCommand;
import dev.voxelmill.protocols.worker.WorkerId;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.typed.ActorRef;

/** Names a worker in the messages of the protocol; nobody tells it anything. */
record WorkerAddress(WorkerId worker, Host host) implements ActorRef<WorkerCommand> {
  @Override
  public void tell(WorkerCommand command) {
    throw new UnsupportedOperationException("commands travel by the network");
  }

  @Override
  public <U extends WorkerCommand> ActorRef<U> narrow() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <U> ActorRef<U> unsafeUpcast() {
    throw new UnsupportedOperationException();
  }

  @Override
  public ActorPath path() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int compareTo(ActorRef<?> other) {
    return other instanceof WorkerAddress address ? worker.compareTo(address.worker) : -1;
  }
}

package io.releve.vip;

import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/** Lets a test say when something happens to the interface. */
final class FakeEvents implements InterfaceEvents.Opener {

    private volatile @Nullable Listener current;

    private final class Listener implements InterfaceEvents {

        private final BlockingQueue<Boolean> changes = new LinkedBlockingQueue<>();

        @Override
        public boolean awaitChange() {
            try {
                return changes.take();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void close() {
            changes.add(false);
            if (current == this) {
                current = null;
            }
        }
    }

    @Override
    public InterfaceEvents open(InetAddress address, int interfaceIndex) {
        Listener listener = new Listener();
        current = listener;
        return listener;
    }

    boolean isHeard() {
        return current != null;
    }

    void happen() {
        Listener listener = current;
        if (listener == null) {
            throw new AssertionError("nobody listens");
        }
        listener.changes.add(true);
    }
}

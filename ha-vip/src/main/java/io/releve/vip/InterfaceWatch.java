package io.releve.vip;

import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the address looked at as soon as something happens to it or to its interface, and not with the next renewal of the lease.
 * Has a thread of its own for as long as it listens, because that thread does nothing but wait.
 */
final class InterfaceWatch {

    private static final Logger LOG = LoggerFactory.getLogger(InterfaceWatch.class);

    private final InetAddress address;
    private final InterfaceEvents.Opener opener;
    private final Runnable onChange;
    private @Nullable InterfaceEvents events;

    /**
     * A watch that hears nothing yet.
     *
     * @param onChange on the watch's own thread: must not block
     */
    InterfaceWatch(InetAddress address, InterfaceEvents.Opener opener, Runnable onChange) {
        this.address = address;
        this.opener = opener;
        this.onChange = onChange;
    }

    /** Begins to listen, unless it does already. */
    synchronized void begin(NetworkLink link) {
        if (events != null) {
            return;
        }
        try {
            InterfaceEvents open = opener.open(address, link.index());
            events = open;
            Thread thread = new Thread(() -> listen(open), "releve-vip-interface-" + address.getHostAddress());
            thread.setDaemon(true);
            thread.start();
        } catch (IOException e) {
            LOG.debug("what happens to {} is noticed with the next renewal: {}", address, e.getMessage());
        }
    }

    /** Listens no more. */
    synchronized void end() {
        InterfaceEvents open = events;
        events = null;
        if (open != null) {
            open.close();
        }
    }

    private void listen(InterfaceEvents open) {
        try {
            while (open.awaitChange()) {
                if (isCurrent(open)) {
                    onChange.run();
                }
            }
        } catch (IOException e) {
            LOG.debug("what happens to {} is noticed with the next renewal: {}", address, e.getMessage());
        } finally {
            forget(open);
        }
    }

    private synchronized boolean isCurrent(InterfaceEvents open) {
        return open == events;
    }

    private synchronized void forget(InterfaceEvents open) {
        if (isCurrent(open)) {
            events = null;
        }
        open.close();
    }
}

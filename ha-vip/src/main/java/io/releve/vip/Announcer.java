package io.releve.vip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the neighbours where the address is now, several times, in the background. Called under the agent's lock only;
 * the frames go out on the agent's own thread.
 */
final class Announcer {

    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    private final VirtualIpSettings settings;
    private final Executor worker;
    private final PacketSender sender;

    private @Nullable Series current;

    /** Only the worker's thread uses it. */
    private boolean warned;

    Announcer(VirtualIpSettings settings, Executor worker, PacketSender sender) {
        this.settings = settings;
        this.worker = worker;
        this.sender = sender;
    }

    /** Begins to announce, the first time at once; ends a former series. */
    void announce(NetworkLink link) {
        cancel();
        if (settings.arpCount() > 0 && link.isAnnounceable()) {
            Series series = new Series(link, settings.arpCount());
            current = series;
            worker.execute(series);
        }
    }

    /** Sends no more. A frame that is under way may still go out. */
    void cancel() {
        Series running = current;
        if (running != null) {
            running.cancelled = true;
            current = null;
        }
    }

    private void send(NetworkLink link, List<byte[]> frames) {
        try {
            for (byte[] frame : frames) {
                sender.send(link.index(), frame);
            }
        } catch (IOException e) {
            if (!warned) {
                warned = true;
                LOG.warn(
                        "{} is on {} but was not announced: {}. Neighbours find it when their own entries run out",
                        settings,
                        link.name(),
                        e.getMessage());
            }
        }
    }

    private final class Series implements Runnable {

        private final NetworkLink link;
        private final List<byte[]> frames;
        private int left;
        private volatile boolean cancelled;

        Series(NetworkLink link, int count) {
            InetAddress address = settings.address();
            this.link = link;
            this.frames = AnnouncementFrames.announce(link.mac().orElseThrow(), address);
            this.left = count;
        }

        @Override
        public void run() {
            if (cancelled) {
                return;
            }
            send(link, frames);
            left--;
            if (left > 0) {
                CompletableFuture.delayedExecutor(settings.arpInterval().toMillis(), TimeUnit.MILLISECONDS, worker)
                        .execute(this);
            }
        }
    }
}

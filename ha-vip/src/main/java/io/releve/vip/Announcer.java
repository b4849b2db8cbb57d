package io.releve.vip;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the neighbours where the address is now, in the background: several times at a takeover, once more as often some seconds
 * later (a switch may have been learning), and on request. The frames go out on the agent's own thread.
 *
 * <p>Each time the right to the address is looked at first: a JVM that was frozen in the middle of a series must not claim what
 * another node has taken over.
 */
final class Announcer {

    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);

    private final VirtualIpSettings settings;
    private final Executor worker;
    private final PacketSender sender;
    private final BooleanSupplier entitled;

    private volatile @Nullable Series current;

    /** Only the worker's thread uses it. */
    private boolean warned;

    /**
     * An announcer that is silent.
     *
     * @param entitled whether the address is this node's now
     */
    Announcer(VirtualIpSettings settings, Executor worker, PacketSender sender, BooleanSupplier entitled) {
        this.settings = settings;
        this.worker = worker;
        this.sender = sender;
        this.entitled = entitled;
    }

    /** Makes what would be announced. */
    void rehearse(NetworkLink link) {
        if (link.isAnnounceable()) {
            LOG.debug(
                    "{} on {} would be announced by {} frames",
                    settings,
                    link.name(),
                    new Series(link, 1, false).frames.size());
        }
    }

    /** Begins to announce, the first time at once; ends a former series. */
    void announce(NetworkLink link) {
        cancel();
        int count = settings.announcing().count();
        if (count > 0 && link.isAnnounceable()) {
            Series series =
                    new Series(link, count, !settings.announcing().again().isZero());
            current = series;
            begin(series);
        }
    }

    /** Announces a few times more, besides any series. */
    void repeat(NetworkLink link, int count) {
        if (count > 0 && link.isAnnounceable()) {
            begin(new Series(link, count, false));
        }
    }

    private void begin(Series series) {
        try {
            worker.execute(series);
        } catch (RejectedExecutionException e) {
            LOG.debug("{} is not announced: the agent is closed", settings);
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
                if (entitled.getAsBoolean()) {
                    sender.send(link.index(), frame);
                }
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
        private boolean again;
        private int left;
        private volatile boolean cancelled;

        Series(NetworkLink link, int count, boolean again) {
            this.link = link;
            this.frames = AnnouncementFrames.announce(link.mac().orElseThrow(), settings.address());
            this.left = count;
            this.again = again;
        }

        @Override
        public void run() {
            if (cancelled || !entitled.getAsBoolean()) {
                return;
            }
            send(link, frames);
            left--;
            if (left > 0) {
                runIn(settings.announcing().interval().toMillis());
            } else if (again) {
                again = false;
                left = settings.announcing().count();
                runIn(settings.announcing().again().toMillis());
            }
        }

        private void runIn(long millis) {
            CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, worker)
                    .execute(this);
        }
    }
}

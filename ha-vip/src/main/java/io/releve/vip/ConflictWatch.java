package io.releve.vip;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears whether somebody else claims the address while this node holds it. Has a thread of its own for as long as it listens,
 * because that thread does nothing but wait for frames.
 */
final class ConflictWatch {

    private static final Logger LOG = LoggerFactory.getLogger(ConflictWatch.class);

    private static final Duration ONE_HOUR = Duration.ofHours(1);

    /** A claim counts as a conflict for this long. */
    private static final Duration MEMORY = Duration.ofSeconds(30);

    /** The log is told of a conflict that goes on only so often. */
    private static final Duration QUIET = Duration.ofSeconds(10);

    /** The address is not defended more often: two defenders would answer each other for ever (RFC 5227, 2.4). */
    private static final Duration TRUCE = Duration.ofSeconds(1);

    private record Claim(MacAddress by, long atNanos) {}

    private final AddressClaims claims;
    private final PacketWatch.Opener opener;
    private final Consumer<NetworkLink> defence;
    private volatile @Nullable Claim last;
    private @Nullable PacketWatch watch;

    /** Only the watch's own thread uses it. */
    private OptionalLong defendedAt = OptionalLong.empty();

    /**
     * A watch that hears nothing yet.
     *
     * @param defence what to do about a foreign claim, on the watch's own thread; not for each of many in a row
     */
    ConflictWatch(AddressClaims claims, PacketWatch.Opener opener, Consumer<NetworkLink> defence) {
        this.claims = claims;
        this.opener = opener;
        this.defence = defence;
    }

    /** Begins to listen, unless it does already. */
    synchronized void begin(NetworkLink link) {
        if (watch == null && link.isAnnounceable()) {
            try {
                begin(link, opener.open(claims, link.index()));
            } catch (IOException e) {
                LOG.debug("conflicts over {} will not be heard: {}", claims.address(), e.getMessage());
            }
        }
    }

    /** Begins to listen with a watch that is open already, and belongs to this object from now on. */
    synchronized void begin(NetworkLink link, PacketWatch open) {
        end();
        last = null;
        watch = open;
        Thread thread = new Thread(
                () -> listen(open, link), "releve-vip-watch-" + claims.address().getHostAddress());
        thread.setDaemon(true);
        thread.start();
    }

    /** Listens no more. */
    synchronized void end() {
        PacketWatch open = watch;
        watch = null;
        if (open != null) {
            open.close();
        }
    }

    /** Who else claimed the address lately. */
    Optional<MacAddress> rival() {
        Claim claim = last;
        return claim != null && System.nanoTime() - claim.atNanos < MEMORY.toNanos()
                ? Optional.of(claim.by)
                : Optional.empty();
    }

    private void listen(PacketWatch open, NetworkLink link) {
        MacAddress own = link.mac().orElseThrow();
        try {
            while (isCurrent(open)) {
                open.await(ONE_HOUR)
                        .flatMap(frame -> claims.claimant(frame, own))
                        .filter(by -> isCurrent(open))
                        .ifPresent(by -> heard(by, link));
            }
        } catch (IOException e) {
            LOG.debug("conflicts over {} are no longer heard: {}", claims.address(), e.getMessage());
            forget(open);
        }
    }

    private void heard(MacAddress by, NetworkLink link) {
        Claim before = last;
        long now = System.nanoTime();
        boolean news = before == null || !before.by.equals(by) || now - before.atNanos > QUIET.toNanos();
        last = new Claim(by, now);
        if (news) {
            LOG.warn(
                    "{} on {} is claimed by {} as well: another host has the same address",
                    claims.address().getHostAddress(),
                    link.name(),
                    by);
        }
        if (defendedAt.isEmpty() || now - defendedAt.getAsLong() > TRUCE.toNanos()) {
            defendedAt = OptionalLong.of(now);
            defence.accept(link);
        }
    }

    private synchronized boolean isCurrent(PacketWatch open) {
        return open == watch;
    }

    private synchronized void forget(PacketWatch open) {
        if (isCurrent(open)) {
            watch = null;
        }
        open.close();
    }
}

package io.releve.vip;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the network whether somebody else has the address, before it is taken: ARP probes as of RFC 5227, or duplicate address
 * detection as of RFC 4862, but with milliseconds where these have seconds. A failover cannot wait that long; an answer that
 * comes later is heard by the {@link ConflictWatch}.
 */
final class ConflictProbe {

    private static final Logger LOG = LoggerFactory.getLogger(ConflictProbe.class);

    /** One question may be lost: how long the answers to each are waited for. A neighbour's kernel answers within a fraction. */
    private static final List<Duration> PATIENCE = List.of(Duration.ofMillis(2), Duration.ofMillis(4));

    /**
     * What came of asking.
     *
     * @param other the hardware address of another host that has the address
     * @param watch where nobody answered, the open watch: a packet socket is expensive to close and opened only once
     */
    record Answer(Optional<MacAddress> other, Optional<PacketWatch> watch) {
        static final Answer UNASKED = new Answer(Optional.empty(), Optional.empty());
    }

    private final AddressClaims claims;
    private final PacketSender sender;
    private final PacketWatch.Opener opener;
    private boolean warned;

    ConflictProbe(AddressClaims claims, PacketSender sender, PacketWatch.Opener opener) {
        this.claims = claims;
        this.sender = sender;
        this.opener = opener;
    }

    /** Listens for a moment, and asks nothing. */
    void rehearse(NetworkLink link) throws IOException {
        if (link.isAnnounceable()) {
            MacAddress own = link.mac().orElseThrow();
            PacketWatch watch = opener.open(claims, link.index());
            try {
                LOG.debug(
                        "{} would be asked for by {} bytes",
                        claims.address(),
                        AnnouncementFrames.probe(own, claims.address()).length);
                firstClaim(watch, own, PATIENCE.get(0));
            } finally {
                watch.close();
            }
        }
    }

    /**
     * Asks. Where that is not possible, nobody else has the address, with one warning.
     *
     * @return who else has the address on this interface's network; or, if nobody answered, what to go on listening with
     */
    Answer ask(NetworkLink link) {
        if (!link.isAnnounceable()) {
            return Answer.UNASKED;
        }
        MacAddress own = link.mac().orElseThrow();
        byte[] question = AnnouncementFrames.probe(own, claims.address());
        PacketWatch watch = null;
        try {
            watch = opener.open(claims, link.index());
            for (Duration patience : PATIENCE) {
                sender.send(link.index(), question);
                Optional<MacAddress> other = firstClaim(watch, own, patience);
                if (other.isPresent()) {
                    watch.close();
                    return new Answer(other, Optional.empty());
                }
            }
            return new Answer(Optional.empty(), Optional.of(watch));
        } catch (IOException e) {
            if (watch != null) {
                watch.close();
            }
            if (!warned) {
                warned = true;
                LOG.warn(
                        "nobody was asked whether {} is in use on {}: {}",
                        claims.address().getHostAddress(),
                        link.name(),
                        e.getMessage());
            }
            return Answer.UNASKED;
        }
    }

    private Optional<MacAddress> firstClaim(PacketWatch watch, MacAddress own, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        Optional<MacAddress> claimant = Optional.empty();
        for (long left = patience.toNanos(); left > 0 && claimant.isEmpty(); left = end - System.nanoTime()) {
            claimant = watch.await(Duration.ofNanos(left)).flatMap(frame -> claims.claimant(frame, own));
        }
        return claimant;
    }
}

package io.releve.vip;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * What the network knows of the address: asks whether it is free, tells the neighbours whose it is, and hears whoever claims it
 * as well.
 */
final class NetworkPresence {

    private final VirtualIpSettings settings;
    private final BooleanSupplier leased;
    private final Announcer announcer;
    private final ConflictProbe probe;
    private final ConflictWatch watch;

    /** Whether the address was started, or found running, and not stopped. */
    private volatile boolean held;

    /**
     * Nothing is told or heard yet.
     *
     * @param leased whether the node may hold the address at this moment
     */
    NetworkPresence(
            VirtualIpSettings settings,
            Executor worker,
            PacketSender sender,
            PacketWatch.Opener opener,
            BooleanSupplier leased) {
        AddressClaims claims = new AddressClaims(settings.address());
        this.settings = settings;
        this.leased = leased;
        this.announcer = new Announcer(settings, worker, sender, this::isEntitled);
        this.probe = new ConflictProbe(claims, sender, opener);
        this.watch = new ConflictWatch(claims, opener, link -> announcer.repeat(link, 1));
    }

    private boolean isEntitled() {
        return held && leased.getAsBoolean();
    }

    /**
     * Asks whether another host has the address, unless this one has it already, and goes on listening if not.
     *
     * @return the other host's hardware address
     */
    Optional<MacAddress> otherHolder(NetworkLink link) {
        if (!settings.probed() || !link.holding(settings.address()).isEmpty()) {
            return Optional.empty();
        }
        ConflictProbe.Answer answer = probe.ask(link);
        answer.watch().ifPresent(open -> watch.begin(link, open));
        return answer.other();
    }

    /** Makes ready what the others need, and neither asks nor tells anybody anything. */
    void rehearse(NetworkLink link) throws IOException {
        probe.rehearse(link);
        announcer.rehearse(link);
    }

    /** The address has been taken on this interface. */
    void taken(NetworkLink link) {
        held = true;
        announcer.announce(link);
        watch.begin(link);
    }

    /** The address had gone and was put back. */
    void restored(NetworkLink link) {
        announcer.repeat(link, settings.announcing().count());
    }

    /**
     * The address was looked at, and is in its place.
     *
     * @return the hardware address of another host that has claimed it lately
     */
    Optional<MacAddress> confirmed(NetworkLink link) {
        held = true;
        watch.begin(link);
        announcer.repeat(link, settings.announcing().countRefresh());
        return watch.rival();
    }

    /** The address is given up, or was not taken after all. */
    void left() {
        held = false;
        announcer.cancel();
        watch.end();
    }
}

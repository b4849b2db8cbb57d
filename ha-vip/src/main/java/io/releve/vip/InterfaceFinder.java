package io.releve.vip;

import io.releve.agent.OperationContext;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a virtual IP is on this node, and where it belongs. */
final class InterfaceFinder {

    private static final Logger LOG = LoggerFactory.getLogger(InterfaceFinder.class);

    static final Duration COMMAND_LIMIT = Duration.ofSeconds(5);

    private final VirtualIpSettings settings;
    private final Addresses addresses;

    InterfaceFinder(VirtualIpSettings settings, Addresses addresses) {
        this.settings = settings;
        this.addresses = addresses;
    }

    /** The name of the interface that a start uses; empty if no interface of this node leads to the address. */
    Optional<String> forStart(OperationContext operation) throws AddressException, InterruptedException {
        if (settings.nic().isPresent()) {
            return settings.nic();
        }
        // Once the address is somewhere its route leads to itself, so ask for the address first.
        List<NetworkLink> holders = addresses.holders(settings.address(), limit(operation));
        return holders.isEmpty()
                ? addresses.connectedInterface(settings.address(), limit(operation))
                : Optional.of(holders.get(0).name());
    }

    /** Where the address is: on the configured interface, or on any. */
    List<NetworkLink> holders(OperationContext operation) throws AddressException, InterruptedException {
        Optional<String> nic = settings.nic();
        if (nic.isEmpty()) {
            return addresses.holders(settings.address(), limit(operation));
        }
        NetworkLink link = addresses.link(nic.get(), limit(operation));
        return link.holding(settings.address()).isEmpty() ? List.of() : List.of(link);
    }

    /** What would keep a start from finding its interface; empty if nothing. */
    Optional<String> problem() throws InterruptedException {
        try {
            if (settings.nic().isPresent()) {
                addresses.link(settings.nic().get(), COMMAND_LIMIT);
                return Optional.empty();
            }
            return addresses
                            .connectedInterface(settings.address(), COMMAND_LIMIT)
                            .isPresent()
                    ? Optional.empty()
                    : Optional.of(noRoute());
        } catch (AddressException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    String noRoute() {
        return "no interface of this node has a connected route to " + settings.addressText()
                + ": give the interface as 'nic', or the node an address in that network";
    }

    /** Asks the kernel without iproute2. */
    boolean isSurelyAbsent() {
        try {
            return NetworkInterface.getByInetAddress(settings.address()) == null;
        } catch (SocketException e) {
            LOG.debug("the interfaces cannot be read", e);
            return false;
        }
    }

    /** How long a command of this operation may take. */
    static Duration limit(OperationContext operation) {
        Duration remaining = operation.remaining();
        return remaining.compareTo(COMMAND_LIMIT) < 0 ? remaining : COMMAND_LIMIT;
    }
}

package io.releve.vip;

import io.releve.agent.Outcome;

/** The addresses of this host could not be read or changed: why, and what helps. */
final class AddressException extends Exception {

    /** What stood in the way. */
    enum Cause {
        /** iproute2 is not installed, or too old to print JSON. */
        NOT_INSTALLED,
        /** This process may not change addresses. */
        NO_PERMISSION,
        /** The interface does not exist. */
        NO_DEVICE,
        /** The address is not on the interface. */
        NO_ADDRESS,
        /** Anything else; it may pass. */
        OTHER
    }

    private final Cause why;

    AddressException(Cause why, String message) {
        super(message);
        this.why = why;
    }

    static AddressException noPermission(String what) {
        return new AddressException(
                Cause.NO_PERMISSION,
                what + ". Changing addresses needs the capability CAP_NET_ADMIN: give it to the service"
                        + " (systemd: AmbientCapabilities=CAP_NET_ADMIN CAP_NET_RAW), run it as root, or name a command"
                        + " that has the right (VirtualIpAgent.factory(\"sudo\", \"-n\", \"/usr/sbin/ip\"))");
    }

    static AddressException withoutIpv6(String what) {
        return new AddressException(
                Cause.OTHER,
                what + ". IPv6 seems to be switched off on the interface: set the sysctl"
                        + " net.ipv6.conf.all.disable_ipv6 and that of the interface to 0");
    }

    Cause why() {
        return why;
    }

    private String text() {
        return String.valueOf(getMessage());
    }

    /** The outcome of an operation that this ends. */
    Outcome outcome() {
        return switch (why) {
            case NOT_INSTALLED -> Outcome.notInstalled(text());
            case NO_PERMISSION -> Outcome.noPermission(text());
            case NO_DEVICE, NO_ADDRESS, OTHER -> Outcome.failed(text());
        };
    }
}

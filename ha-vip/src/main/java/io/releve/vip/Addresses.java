package io.releve.vip;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The addresses of this host's interfaces: what a virtual IP asks of them, and does to them. Thread-safe. */
interface Addresses {

    /** The interface with all its addresses. */
    NetworkLink link(String nic, Duration limit) throws AddressException, InterruptedException;

    /** The interfaces that hold the address. */
    List<NetworkLink> holders(InetAddress address, Duration limit) throws AddressException, InterruptedException;

    /** The interface that is connected to the address's network. */
    Optional<String> connectedInterface(InetAddress address, Duration limit)
            throws AddressException, InterruptedException;

    /** Puts the address on the interface, or gives the one that is there a new lifetime. */
    void replace(VirtualIpSettings settings, String nic, Lifetime lifetime, Duration limit)
            throws AddressException, InterruptedException;

    /** Takes an address off the interface; one that is not there is no error. */
    void delete(NetworkLink.Assigned address, String nic, Duration limit) throws AddressException, InterruptedException;

    /** Forgets what the kernel has cached of routes. */
    void flushRouteCache(InetAddress address, Duration limit) throws AddressException, InterruptedException;
}

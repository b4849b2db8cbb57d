package io.releve.lab.measure;

import io.releve.examples.lab.LabException;
import io.releve.lab.cluster.LabHost;
import io.releve.lab.cluster.NetworkNamespace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.UnknownHostException;

/** Whether a host's interface holds the address. */
final class AddressProbe implements Probe {

    private final LabHost host;
    private final InetAddress address;
    private boolean entered;

    AddressProbe(LabHost host, String address) {
        this.host = host;
        try {
            this.address = InetAddress.getByName(address);
        } catch (UnknownHostException e) {
            throw new LabException(address + " is no address", e);
        }
    }

    @Override
    public boolean ask() {
        if (!entered) {
            NetworkNamespace.enter(host.name());
            entered = true;
        }
        try {
            NetworkInterface card = NetworkInterface.getByName("eth0");
            return host.isPowered() && card != null && card.inetAddresses().anyMatch(address::equals);
        } catch (IOException gone) {
            return false;
        }
    }

    @Override
    public void close() {
        // Never waits.
    }
}

package io.releve.lab.faults;

/** Which host, said by the part it plays when the step begins. */
enum Where {
    /** Where the application writes. */
    ACTIVE("the active host"),
    /** One of the other two. */
    STANDBY("a standby host"),
    /** The remaining one. */
    OTHER_STANDBY("the other standby host"),
    /** The first host that this scenario broke. */
    FIRST("the first host"),
    /** Where the controller is. */
    CONTROLLER("the controller's host"),
    /** Where ZooKeeper's leader is. */
    ZOOKEEPER_LEADER("the host of ZooKeeper's leader");

    private final String text;

    Where(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return text;
    }
}

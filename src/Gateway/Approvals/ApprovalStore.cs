using System.Security.Cryptography;
using System.Text;
using McpMesh.Gateway.Durable;

namespace McpMesh.Gateway.Approvals;

/// <summary>Approvals in Dapr state, and the lists by role and by person.</summary>
internal sealed class ApprovalStore(CallStore store, TimeProvider time)
{
    /// <summary>How long an approval can be looked at after it has expired.</summary>
    private static readonly TimeSpan Shown = TimeSpan.FromDays(1);

    private const int MostListed = 500;
    private const int MostAttempts = 64;

    /// <summary>Creates it and lists it; done again, it changes nothing.</summary>
    public async Task AddAsync(Approval approval, CancellationToken cancellationToken)
    {
        await store.CreateAsync(KeyOf(approval.Id), approval, LifeOf(approval.ExpiresAt), cancellationToken);
        foreach (var role in approval.Approvers) await ListAsync("approvals-role-" + role, approval, cancellationToken);
        await ListAsync(OwnKeyOf(approval.Subject), approval, cancellationToken);
    }

    public Task<Approval?> FindAsync(string id, CancellationToken cancellationToken) => store.FindAsync<Approval>(KeyOf(id), cancellationToken);

    /// <summary>
    /// Ends the wait if nobody has. What is returned is how it stands now, whoever made it so; null when there is none.
    /// </summary>
    /// <param name="change">The settled form of a pending approval; null leaves it as it is.</param>
    public async Task<(Approval? Now, bool IsMine)> SettleAsync(
        string id, Func<Approval, Approval?> change, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (approval, version) = await store.ReadAsync<Approval>(KeyOf(id), cancellationToken);
            if (approval is not { Status: ApprovalStatus.Pending } || change(approval) is not { } settled) return (approval, false);
            if (await store.TryChangeAsync(KeyOf(id), settled, version, LifeOf(settled.ExpiresAt), cancellationToken)) return (settled, true);
        }

        throw new InvalidOperationException("The approval could not be written.");
    }

    /// <summary>Ids of what a role may decide.</summary>
    public Task<IEnumerable<string>> OfRoleAsync(string role, CancellationToken cancellationToken) =>
        ReadAsync("approvals-role-" + role, cancellationToken);

    /// <summary>Ids of what a person asked for.</summary>
    public Task<IEnumerable<string>> OfSubjectAsync(string subject, CancellationToken cancellationToken) =>
        ReadAsync(OwnKeyOf(subject), cancellationToken);

    private async Task<IEnumerable<string>> ReadAsync(string key, CancellationToken cancellationToken) =>
        (await store.FindAsync<ApprovalEntries>(key, cancellationToken))?.Items.Select(item => item.Id) ?? [];

    private async Task ListAsync(string key, Approval approval, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < MostAttempts; attempt++)
        {
            var (entries, version) = await store.ReadAsync<ApprovalEntries>(key, cancellationToken);
            var kept = (entries?.Items ?? []).Where(item => item.Id != approval.Id && item.ExpiresAt + Shown > time.GetUtcNow());
            var changed = new ApprovalEntries([.. kept.TakeLast(MostListed - 1), new ApprovalEntry(approval.Id, approval.ExpiresAt)]);
            var last = changed.Items.Max(item => item.ExpiresAt);
            if (await store.TryChangeAsync(key, changed, version, LifeOf(last), cancellationToken)) return;
        }

        throw new InvalidOperationException("The approval could not be listed.");
    }

    private TimeSpan LifeOf(DateTimeOffset expiresAt)
    {
        var left = expiresAt - time.GetUtcNow();
        return (left > TimeSpan.Zero ? left : TimeSpan.Zero) + Shown;
    }

    private static string KeyOf(string id) => "call-" + id;

    private static string OwnKeyOf(string subject) =>
        "approvals-of-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(subject)).AsSpan(0, 16));
}

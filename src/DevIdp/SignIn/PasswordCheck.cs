using System.Security.Cryptography;
using McpMesh.DevIdp.Hosting;
using McpMesh.DevIdp.Organization;

namespace McpMesh.DevIdp.SignIn;

/// <summary>
/// Checks a password. A name that does not exist takes as long, fails with the same words and is slowed down the same way as one that does,
/// so that nobody learns who has an account.
/// </summary>
internal sealed class PasswordCheck(DirectoryFile directory, SignInThrottle throttle)
{
    private const int MaxLength = 256;
    private static readonly string s_nobody = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));

    /// <summary>The user, or how long to wait before the next try; neither: the name or the password is wrong.</summary>
    public (UserConfiguration? User, TimeSpan? Wait) Check(string username, string password)
    {
        if (username.Length > MaxLength || password.Length > MaxLength) return (null, null);
        if (throttle.Wait(username) is { } wait) return (null, wait);
        var user = directory.Current.ActiveUserByName(username);
        var right = SecretComparison.AreEqual(password, user?.Password ?? s_nobody);
        if (user is null || !right)
        {
            throttle.Failed(username);
            return (null, null);
        }

        throttle.Succeeded(username);
        return (user, null);
    }
}

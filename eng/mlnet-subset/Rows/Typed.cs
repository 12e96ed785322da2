using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Calls a generic method whose type arguments are known only at run time.</summary>
internal static class Typed
{
    /// <summary>Calls the method that <paramref name="pattern"/> is an instance of, for other type arguments.</summary>
    public static T Call<T>(Delegate pattern, Type[] types, params object?[] arguments)
    {
        MethodInfo method = pattern.Method.GetGenericMethodDefinition().MakeGenericMethod(types);
        return (T)method.Invoke(pattern.Target, BindingFlags.DoNotWrapExceptions, null, arguments, null)!;
    }
}

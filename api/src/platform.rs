//! Running the platform: the businesses on it. For platform admins alone.

#![expect(clippy::too_many_arguments, reason = "a form has as many fields as there are limits")]

use crate::{ApiClient, codec::Postcard};
use server_fn::codec::PostUrl;
use server_fn_macro_default::server;
use types::{
    Result, TenantId, UserId,
    platform::{CreatedTenant, LimitedOne, TenantDetail, TenantLimits, TenantPage, TenantStatus},
};

/// A page of the businesses, newest first.
#[server(prefix = "/api", endpoint = "platform/list", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_tenants(
    search: String,
    status: Option<TenantStatus>,
    before: Option<TenantId>,
) -> Result<TenantPage> {
    use crate::caller;
    caller::respond(async {
        let admin = caller::member()?.platform_admin()?;
        Ok(domain::platform::list(&caller::product(), &admin, &search, status, before).await?)
    })
    .await
}

/// Who was refused lately by this server because of a limit, the last one first, 256 at most.
#[server(prefix = "/api", endpoint = "platform/limited", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn list_limited() -> Result<Vec<LimitedOne>> {
    use crate::caller;
    caller::respond(async {
        let admin = caller::member()?.platform_admin()?;
        Ok(domain::platform::limited(&caller::product(), &admin).await?)
    })
    .await
}

/// A business with its people, its limits and its use.
#[server(prefix = "/api", endpoint = "platform/detail", client = ApiClient, input = Postcard, output = Postcard)]
pub async fn get_tenant(id: TenantId) -> Result<TenantDetail> {
    use crate::caller;
    caller::respond(async {
        let admin = caller::member()?.platform_admin()?;
        Ok(domain::platform::detail(&caller::product(), &admin, id).await?)
    })
    .await
}

/// Opens a business for somebody. The answer has the link for its owner.
#[server(prefix = "/api", endpoint = "platform/create", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn create_tenant(business: String, name: String, email: String) -> Result<CreatedTenant> {
    use crate::caller;
    let typed = [("business", business.clone()), ("name", name.clone()), ("email", email.clone())];
    let typed = typed.each_ref().map(|(field, value)| (*field, value.as_str()));
    caller::respond_to_form::<CreateTenant, _>(&typed, async {
        let admin = caller::member()?.platform_admin()?;
        let new = types::platform::NewBusiness { business, name, email };
        Ok(domain::platform::create(&caller::product(), &admin, new).await?)
    })
    .await
}

/// Suspends a business.
#[server(prefix = "/api", endpoint = "platform/suspend", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn suspend_tenant(id: TenantId, #[server(default)] reason: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<SuspendTenant, _>(&[], async {
        let admin = caller::member()?.platform_admin()?;
        Ok(domain::platform::suspend(&caller::product(), &admin, id, &reason).await?)
    })
    .await
}

/// Lets a suspended business work again.
#[server(prefix = "/api", endpoint = "platform/resume", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn resume_tenant(id: TenantId) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<ResumeTenant, _>(&[], async {
        let admin = caller::member()?.platform_admin()?;
        Ok(domain::platform::resume(&caller::product(), &admin, id).await?)
    })
    .await
}

/// Changes what a business may use. Each limit as it is typed: a number, or
/// nothing for the server's default.
#[server(prefix = "/api", endpoint = "platform/limits", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn set_tenant_limits(
    id: TenantId,
    #[server(default)] seats: String,
    #[server(default)] sources: String,
    #[server(default)] passages: String,
    #[server(default)] requests_per_minute: String,
    #[server(default)] ai_answers_per_minute: String,
    #[server(default)] model_calls: String,
    #[server(default)] storage_mb: String,
    #[server(default)] pages_per_day: String,
    #[server(default)] reading_minutes_per_day: String,
    #[server(default)] model_minutes_per_day: String,
) -> Result<TenantLimits> {
    use crate::caller;
    caller::respond_to_form::<SetTenantLimits, _>(&[], async {
        let admin = caller::member()?.platform_admin()?;
        let limits = TenantLimits {
            seats: number("seats", &seats)?,
            passages: number("passages", &passages)?,
            sources: number("sources", &sources)?,
            requests_per_minute: number("requests_per_minute", &requests_per_minute)?,
            ai_answers_per_minute: number("ai_answers_per_minute", &ai_answers_per_minute)?,
            model_calls: number("model_calls", &model_calls)?,
            storage_mb: number("storage_mb", &storage_mb)?,
            pages_per_day: number("pages_per_day", &pages_per_day)?,
            reading_minutes_per_day: number("reading_minutes_per_day", &reading_minutes_per_day)?,
            model_minutes_per_day: number("model_minutes_per_day", &model_minutes_per_day)?,
        };
        Ok(domain::platform::set_limits(&caller::product(), &admin, id, limits).await?)
    })
    .await
}

/// A number as it is typed; nothing stays nothing.
#[cfg(feature = "ssr")]
fn number(field: &str, typed: &str) -> Result<Option<u32>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let wrong = |_| types::Error::invalid("Please enter a whole number, or nothing for the default.").field(field);
    typed.parse().map(Some).map_err(wrong)
}

/// Deletes a suspended business for good; its short name confirms it. The
/// answer leads to the list.
#[server(prefix = "/api", endpoint = "platform/delete", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn delete_tenant(id: TenantId, slug: String) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<DeleteTenant, _>(&[], async {
        let admin = caller::member()?.platform_admin()?;
        domain::platform::delete(&caller::product(), &admin, id, &slug).await?;
        caller::lead_to("/admin");
        Ok(())
    })
    .await
}

/// Starts to work as somebody in a business: `user`, or its owner when that is
/// left empty. The answer sets the cookies of that session.
#[server(prefix = "/api", endpoint = "platform/impersonate", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn impersonate(id: TenantId, #[server(default)] user: Option<UserId>) -> Result<()> {
    use crate::caller;
    caller::respond_to_form::<Impersonate, _>(&[], async {
        let admin = caller::member()?.platform_admin()?;
        let device = caller::device();
        let signed_in = domain::platform::impersonate(&caller::product(), &admin, id, user, &device).await?;
        caller::start_session(&signed_in, "/inbox");
        Ok(())
    })
    .await
}

/// Ends working as somebody else and leads the admin back to their own
/// session, or to the login page when that has ended.
#[server(prefix = "/api", endpoint = "platform/stop", client = ApiClient, input = PostUrl, output = Postcard)]
pub async fn stop_impersonating() -> Result<()> {
    use crate::caller;
    caller::respond(async {
        let member = caller::member()?;
        match domain::platform::stop(&caller::product(), &member).await? {
            Some(own) => caller::start_session(&own, &format!("/admin/{}", member.tenant())),
            None => caller::end_session("/login"),
        }
        Ok(())
    })
    .await
}
